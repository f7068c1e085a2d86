"""The score of a detector on the texts of each model or domain."""

from typing import TYPE_CHECKING

from analysis.evaluation.comparison import RANKED_BY
from analysis.evaluation.judgement import Judgement
from analysis.plots.figure import COLUMN
from analysis.plots.intervals import plot_intervals
from analysis.plots.sizes import Width

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def plot_groups(
    judgement: Judgement, *, ceiling: float | None = None, width: Width = COLUMN, axes: "Axes | None" = None
) -> "Figure":
    """Draw the token F1 of all texts and of each group, with its 95 % interval and its number of questions.

    Parameters
    ----------
    judgement
        From `analysis.evaluation.judgement.judge`.
    ceiling
        The F1 at which two annotators agree, as a dashed line.
    width
        Inches, or the name of a size.
    axes
        Where to draw; None makes a figure.
    """
    parts = [("all", judgement), *judgement.groups.items()]
    return plot_intervals(
        [f"{name} ({part.questions})" for name, part in parts],
        [part.values[RANKED_BY] for _, part in parts],
        [part.intervals[RANKED_BY] for _, part in parts],
        ceiling=ceiling,
        width=width,
        axes=axes,
    )
