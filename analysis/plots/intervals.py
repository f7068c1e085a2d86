"""Named scores with their intervals, one a line."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from analysis.evaluation.bootstrap import Interval
from analysis.plots.figure import COLUMN, FONT, SMALL, STUDENT, TEACHER, place, room
from analysis.plots.lettering import fitted, text_width
from analysis.plots.looks import Look
from analysis.plots.sizes import Width, inches

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_NAMES = 0.42
"""The most of a plot's width that names may take; longer ones go on in a second line."""
_NUMBERS = 40.0
"""Points beside a plot for the numbers on its right, and for its edges."""
_LINE, _SECOND, _FRAME = 0.2, 0.1, 0.7


def plot_intervals(
    names: Sequence[str],
    values: Sequence[float],
    intervals: Sequence[Interval],
    *,
    label: str = "token F1 (95 % interval)",
    ceiling: float | None = None,
    looks: Mapping[str, Look] | None = None,
    width: Width = COLUMN,
    axes: "Axes | None" = None,
) -> "Figure":
    """Draw a dot and a bar for each score, from the top, with its number on the right.

    Parameters
    ----------
    names, values, intervals
        Of each score.
    label
        What the scores are.
    ceiling
        A score to reach, as a dashed line.
    looks
        How each name is drawn; None draws all alike.
    width
        Inches, or the name of a size.
    axes
        Where to draw; None makes a figure.
    """
    wide = inches(width)
    texts = [fitted(name, _NAMES * (72 * wide if axes is None else room(axes)), lines=2) for name in names]
    longer = any("\n" in text for text in texts)
    figure, axes = place(axes, wide, _FRAME + (_LINE + _SECOND * longer) * max(2, len(names)))
    for line, (name, value, bounds) in enumerate(zip(names, values, intervals, strict=True)):
        look = (looks or {}).get(name, Look(STUDENT, "", "o", ()))
        # A percentile interval need not hold the value itself; a bar cannot have a negative length.
        errors = [[max(0.0, value - bounds[0])], [max(0.0, bounds[1] - value)]]
        axes.errorbar(
            [value], [line], xerr=errors, fmt=look.marker, color=look.colour, markersize=4, elinewidth=1.4, capsize=2
        )
    axes.set_yticks(range(len(names)), texts, parse_math=False)
    axes.set_ylim(max(1, len(names)) - 0.4, -0.8 if ceiling is None else -1.0)
    for line, value in enumerate(values):
        axes.annotate(
            f"{value:.3f}" if np.isfinite(value) else "–",
            (1.01, line),
            xycoords=("axes fraction", "data"),
            va="center_baseline",
            fontsize=SMALL,
            annotation_clip=False,
        )
    if ceiling is not None:
        _draw_ceiling(axes, ceiling)
    axes.grid(axis="x", color="0.9", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.locator_params(axis="x", nbins=5)
    free = room(axes) - max(map(text_width, "\n".join(texts).split("\n"))) - _NUMBERS
    axes.set_xlabel(fitted(label, free, size=FONT, lines=4), fontsize=FONT, parse_math=False)
    return figure


def _draw_ceiling(axes: "Axes", ceiling: float) -> None:
    """Draw the dashed line of a score to reach, its name on the side with more room."""
    axes.axvline(ceiling, color=TEACHER, linewidth=1, linestyle="--")
    low, high = axes.get_xlim()
    left = ceiling > (low + high) / 2
    axes.annotate(
        f"annotators {ceiling:.2f}",
        (ceiling, 1),
        xycoords=("data", "axes fraction"),
        xytext=(-3 if left else 3, -1),
        textcoords="offset points",
        ha="right" if left else "left",
        va="top",
        fontsize=SMALL,
        color=TEACHER,
    )
