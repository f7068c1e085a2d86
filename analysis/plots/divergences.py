"""How far corpora are from one writer, beside how far two samples of one writer are from each other."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from analysis.measures.estimate import Estimate
from analysis.plots.figure import COLUMN, SMALL
from analysis.plots.intervals import plot_intervals
from analysis.plots.looks import Roles, looks
from analysis.plots.sizes import Width

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def plot_divergences(
    divergences: Mapping[str, Estimate],
    *,
    floor: Estimate | None = None,
    label: str = "Jensen-Shannon divergence (bits, 95 % interval)",
    roles: Roles | None = None,
    width: Width = COLUMN,
    axes: "Axes | None" = None,
) -> "Figure":
    """Draw how far corpora are from a writer, with intervals, and the noise floor as a grey band.

    Parameters
    ----------
    divergences
        For each corpus its divergence; drawn from the top in this order.
    floor
        The divergence of two samples of one writer: what lies within it is no difference.
    label
        What the numbers are.
    roles
        The corpora's roles by their names, for their colours.
    width
        Inches, or the name of a size.
    axes
        Where to draw; None makes a figure.
    """
    figure = plot_intervals(
        list(divergences),
        [found.value for found in divergences.values()],
        [(found.low, found.high) for found in divergences.values()],
        label=label,
        looks=looks(divergences, roles),
        width=width,
        axes=axes,
    )
    drawn = figure.axes[0] if axes is None else axes
    if floor is not None:
        drawn.axvspan(min(floor.low, floor.value), max(floor.high, floor.value), color="0.85", linewidth=0, zorder=0)
        drawn.axvline(floor.value, color="0.35", linewidth=0.8, linestyle=":", zorder=1)
        drawn.text(
            1.0,
            1.0,
            "grey: two samples of one writer",
            transform=drawn.transAxes,
            ha="right",
            va="bottom",
            fontsize=SMALL,
            color="0.35",
        )
    drawn.set_xlim(left=min(0.0, drawn.get_xlim()[0] if any(one.low < 0 for one in divergences.values()) else 0.0))
    return figure
