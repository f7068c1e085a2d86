"""Detectors side by side, best first."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from analysis.evaluation.comparison import RANKED_BY, Standing
from analysis.plots.figure import COLUMN
from analysis.plots.intervals import plot_intervals
from analysis.plots.sizes import Width

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def plot_comparison(
    standings: Sequence[Standing], *, ceiling: float | None = None, width: Width = COLUMN, axes: "Axes | None" = None
) -> "Figure":
    """Draw the token F1 of detectors with its 95 % interval.

    Parameters
    ----------
    standings
        From `analysis.evaluation.comparison.compare`; drawn from the top in this order.
    ceiling
        The F1 at which two annotators agree, as a dashed line.
    width
        Inches, or the name of a size.
    axes
        Where to draw; None makes a figure.
    """
    return plot_intervals(
        [standing.name for standing in standings],
        [standing.judgement.values[RANKED_BY] for standing in standings],
        [standing.judgement.intervals[RANKED_BY] for standing in standings],
        ceiling=ceiling,
        width=width,
        axes=axes,
    )
