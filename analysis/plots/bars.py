"""Bars in a writer's colour and hatch."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from analysis.plots.looks import Look

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.container import BarContainer

_HATCH = 0.6
"""Points: the width of the white lines, fine enough to leave the colour its own."""


def draw_bars(
    axes: "Axes",
    places: Sequence[float],
    lengths: Sequence[float],
    look: Look,
    *,
    begins: Sequence[float] | None = None,
    height: float = 0.75,
    zorder: float = 1,
) -> "BarContainer":
    """Draw bars that lie, at these places from the bottom, of these lengths; from 0 when `begins` is None."""
    bars = axes.barh(
        list(places),
        list(lengths),
        left=None if begins is None else list(begins),
        height=height,
        color=look.colour,
        hatch=look.hatch,
        edgecolor="white",
        linewidth=0,
        zorder=zorder,
    )
    for bar in bars:
        bar.set_hatch_linewidth(_HATCH)
    return bars
