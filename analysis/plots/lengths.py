"""How long the traces of each corpus are."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.plots.bars import draw_bars
from analysis.plots.figure import COLUMN, FONT, SMALL, place, room
from analysis.plots.lettering import fitted, short_number
from analysis.plots.looks import Look, Roles, looks
from analysis.plots.numbers import large_numbers
from analysis.plots.sizes import Width, inches

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_NAMES = 0.42
_LINE, _FRAME = 0.3, 0.75
_WHISKERS = (5, 25, 50, 75, 95)
_FAR = 30
"""Lengths that differ by more than this factor are drawn on a logarithmic scale."""


def plot_lengths(
    lengths: Mapping[str, ArrayLike],
    *,
    unit: str = "tokens",
    roles: Roles | None = None,
    width: Width = COLUMN,
    axes: "Axes | None" = None,
) -> "Figure":
    """Draw the lengths of traces, a box a corpus, with their mean on the right (as in arXiv 2604.14164, Fig. 12).

    A box goes from the first to the third quartile with a line at the median; whiskers end at the 5th and the 95th
    percentile; the white diamond is the mean.

    Parameters
    ----------
    lengths
        The lengths of each corpus, shape (traces,); drawn from the top in this order.
    unit
        What they are counted in.
    roles
        The corpora's roles by their names, for their colours.
    width
        Inches, or the name of a size.
    axes
        Where to draw; None makes a figure.
    """
    wide = inches(width)
    figure, axes = place(axes, wide, _FRAME + _LINE * max(2, len(lengths)))
    shown = looks(lengths, roles)
    arrays = {name: np.asarray(found, dtype=np.float64).ravel() for name, found in lengths.items()}
    whole = np.concatenate([np.zeros(0), *arrays.values()])
    positive = whole[whole > 0]
    if len(positive) and np.percentile(positive, 95) > _FAR * np.percentile(positive, 5):
        axes.set_xscale("log")
        axes.set_xlim(max(0.5, float(np.percentile(positive, 1)) * 0.7), float(positive.max()) * 1.3)
    for line, (name, found) in enumerate(arrays.items()):
        _draw_box(axes, line, found, shown[name])
    texts = [fitted(name, _NAMES * room(axes), lines=2) for name in lengths]
    axes.set_yticks(range(len(texts)), texts, parse_math=False)
    axes.set_ylim(max(1, len(texts)) - 0.4, -0.6)
    if axes.get_xscale() == "linear":
        axes.set_xlim(left=0)
        axes.locator_params(axis="x", nbins=5)
    large_numbers(axes.xaxis)
    axes.grid(axis="x", color="0.9", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.set_xlabel(f"{unit} a trace (right: mean)", fontsize=FONT)
    return figure


def _draw_box(axes: "Axes", line: int, found: NDArray[np.float64], look: Look) -> None:
    mean = float(found.mean()) if len(found) else float("nan")
    axes.annotate(
        short_number(mean) if len(found) else "–",
        (1.01, line),
        xycoords=("axes fraction", "data"),
        va="center_baseline",
        fontsize=SMALL,
        annotation_clip=False,
    )
    if not len(found):
        return
    lowest, first, median, third, highest = np.percentile(found, _WHISKERS)
    axes.hlines(line, lowest, highest, color="0.3", linewidth=0.9, zorder=2)
    draw_bars(axes, [line], [third - first], look, begins=[first], height=0.56, zorder=3)
    axes.vlines(median, line - 0.28, line + 0.28, color="black", linewidth=1.4, zorder=4)
    axes.plot(
        mean, line, marker="D", color="white", markeredgecolor="black", markeredgewidth=0.7, markersize=4, zorder=5
    )
