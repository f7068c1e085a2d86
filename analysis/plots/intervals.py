"""Named scores with their intervals, one a line."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from analysis.evaluation.bootstrap import Interval
from analysis.plots.figure import COLUMN, FONT, SMALL, STUDENT, TEACHER, place

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_FREE, _LETTER = 20, 0.06
"""Letters of a name that the given width has room for, and inches for each one more."""


def plot_intervals(
    names: Sequence[str],
    values: Sequence[float],
    intervals: Sequence[Interval],
    *,
    label: str = "token F1 (95 % interval)",
    ceiling: float | None = None,
    width: float = COLUMN,
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
    width
        Inches; more for long names.
    axes
        Where to draw; None makes a figure.
    """
    longest = max(map(len, names), default=0)
    figure, axes = place(axes, width + _LETTER * max(0, longest - _FREE), 0.7 + 0.2 * max(2, len(names)))
    lines = range(len(names))
    low = [value - bounds[0] for value, bounds in zip(values, intervals, strict=True)]
    high = [bounds[1] - value for value, bounds in zip(values, intervals, strict=True)]
    # A percentile interval need not hold the value itself; a bar cannot have a negative length.
    errors = [[max(0.0, length) for length in side] for side in (low, high)]
    axes.errorbar(values, list(lines), xerr=errors, fmt="o", color=STUDENT, markersize=4, elinewidth=1.4, capsize=2)
    axes.set_yticks(list(lines), names, parse_math=False)
    axes.set_ylim(len(names) - 0.4, -0.8 if ceiling is None else -1.0)
    for line, value in zip(lines, values, strict=True):
        axes.annotate(
            f"{value:.3f}",
            (1.01, line),
            xycoords=("axes fraction", "data"),
            va="center_baseline",
            fontsize=SMALL,
            annotation_clip=False,
        )
    if ceiling is not None:
        axes.axvline(ceiling, color=TEACHER, linewidth=1, linestyle="--")
        axes.annotate(
            f"annotators {ceiling:.2f}",
            (ceiling, 1),
            xycoords=("data", "axes fraction"),
            xytext=(-3, -1),
            textcoords="offset points",
            ha="right",
            va="top",
            fontsize=SMALL,
            color=TEACHER,
        )
    axes.grid(axis="x", color="0.9", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.set_xlabel(label, fontsize=FONT)
    return figure
