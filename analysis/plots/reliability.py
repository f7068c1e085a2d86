"""Probabilities beside the share of style words they stand for, as a reliability diagram."""

from typing import TYPE_CHECKING

from analysis.evaluation.calibration import Reliability
from analysis.plots.figure import COLUMN, FONT, SMALL, STUDENT, place
from analysis.plots.sizes import Width, inches

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_HIGHEST = 3.4
_LEAST, _MOST = 4.0, 60.0
"""Square points: the areas of the smallest and the largest dot."""


def plot_reliability(
    found: Reliability, *, error: float | None = None, width: Width = COLUMN, axes: "Axes | None" = None
) -> "Figure":
    """Draw a reliability diagram (DeGroot & Fienberg 1983): a dot a range of probabilities; on the diagonal is right.

    The area of a dot grows with the logarithm of the words in the range, as most words lie in the first.

    Parameters
    ----------
    found
        From `analysis.evaluation.calibration.reliability`.
    error
        The expected calibration error, to be written into the plot.
    width
        Inches, or the name of a size.
    axes
        Where to draw; None makes a figure.
    """
    import numpy as np

    wide = inches(width)
    figure, axes = place(axes, wide, min(wide, _HIGHEST))
    axes.plot([0, 1], [0, 1], color="0.6", linewidth=0.8, linestyle="--", zorder=1)
    sizes = np.log10(np.maximum(found.words, 1))
    areas = _LEAST + (_MOST - _LEAST) * sizes / max(float(sizes.max(initial=0)), 1.0)
    axes.plot(found.probability, found.style, color=STUDENT, linewidth=0.8, zorder=2)
    axes.scatter(found.probability, found.style, s=areas, color=STUDENT, zorder=3)
    axes.set(xlim=(-0.03, 1.03), ylim=(-0.03, 1.03), aspect="equal")
    axes.set_xlabel("mean probability of style", fontsize=FONT)
    axes.set_ylabel("share of style words", fontsize=FONT)
    if error is not None:
        axes.text(0.03, 0.97, f"calibration error {error:.3f}", transform=axes.transAxes, va="top", fontsize=SMALL)
    return figure
