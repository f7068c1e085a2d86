"""One detector's judgement on a page: how far its probabilities can be trusted, and how it does on each group."""

from typing import TYPE_CHECKING

from analysis.evaluation.calibration import reliability
from analysis.evaluation.judgement import Judgement
from analysis.plots.figure import TEXT
from analysis.plots.groups import plot_groups
from analysis.plots.reliability import plot_reliability
from analysis.plots.sizes import Width, inches

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def plot_judgement(judgement: Judgement, *, ceiling: float | None = None, width: Width = TEXT) -> "Figure":
    """Draw a reliability diagram beside the token F1 of all texts and of each group.

    Parameters
    ----------
    judgement
        From `analysis.evaluation.judgement.judge`.
    ceiling
        The F1 at which two annotators agree, as a dashed line.
    width
        Inches, or the name of a size.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(inches(width), 0.42 * inches(width)), layout="constrained")
    FigureCanvasAgg(figure)
    left, right = figure.subplots(1, 2)
    plot_reliability(reliability(judgement.sums), error=judgement.values["calibration_error"], axes=left)
    plot_groups(judgement, ceiling=ceiling, axes=right)
    return figure
