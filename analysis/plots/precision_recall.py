"""The precision of detectors at every recall."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.plots.figure import COLUMN, FONT, TINY, place
from analysis.plots.legend import draw_legend
from analysis.plots.looks import Roles, looks
from analysis.plots.sizes import Width, inches

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_F1 = (0.5, 0.6, 0.7, 0.8, 0.9)
_MOST = 400
"""Points a curve; one of every word would make files of megabytes."""


def plot_precision_recall(
    curves: Mapping[str, tuple[ArrayLike, ArrayLike]],
    *,
    chosen: Mapping[str, tuple[float, float]] | None = None,
    share: float | None = None,
    roles: Roles | None = None,
    width: Width = COLUMN,
    axes: "Axes | None" = None,
) -> "Figure":
    """Draw precision-recall curves, a line a detector, over lines of equal F1; average precision stands in the key.

    Average precision is the sum over the curve's points of precision times the step in recall, as scikit-learn has it.

    Parameters
    ----------
    curves
        For each detector its precision and recall at falling recall, both of shape (points,): the first two arrays of
        `sklearn.metrics.precision_recall_curve`.
    chosen
        The precision and recall of each detector at its own threshold, drawn as a large marker.
    share
        The share of style words, drawn as a dotted line: the precision of marking every word.
    roles
        The roles of names that are writers.
    width
        Inches, or the name of a size.
    axes
        Where to draw; None makes a figure.

    Raises
    ------
    ValueError
        When a curve's arrays differ in length.
    """
    wide = inches(width)
    side = min(wide, 4.0)
    figure, axes = place(axes, wide, side * 0.9 + 0.13 * len(curves))
    _draw_equal_f1(axes)
    if share is not None:
        axes.axhline(share, color="0.35", linewidth=0.8, linestyle=":")
    handles, names = [], []
    for name, look in looks(curves, roles).items():
        precision, recall = (np.asarray(part, dtype=np.float64).ravel() for part in curves[name])
        if len(precision) != len(recall):
            raise ValueError(f"{name!r} has {len(precision)} values of precision but {len(recall)} of recall")
        average = float(-np.sum(np.diff(recall) * precision[:-1]))
        kept = _spread(recall)
        handles += axes.plot(
            recall[kept],
            precision[kept],
            color=look.colour,
            linestyle=look.line,
            linewidth=1.1,
            marker=look.marker if name in (chosen or {}) else None,
            markevery=[],
            markersize=5,
        )
        names.append(f"{name} ({average:.3f})")
        if name in (chosen or {}):
            at, found = (chosen or {})[name][::-1], look
            axes.plot(*at, color=found.colour, marker=found.marker, markersize=5, markeredgecolor="white", zorder=5)
    axes.set(xlim=(0, 1.005), ylim=(0, 1.005))
    axes.set_xlabel("recall", fontsize=FONT)
    axes.set_ylabel("precision", fontsize=FONT)
    draw_legend(axes, handles, names)
    return figure


def _spread(recall: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the places of points that lie about evenly along the recall, the first and the last among them."""
    if len(recall) <= _MOST:
        return np.arange(len(recall))
    steps = np.floor((recall.max() - recall) / max(float(np.ptp(recall)), 1e-12) * (_MOST - 2)).astype(np.int64)
    return np.unique(np.concatenate([[0], np.flatnonzero(np.diff(steps)) + 1, [len(recall) - 1]]))


def _draw_equal_f1(axes: "Axes") -> None:
    """Draw where F1 = 2 P R / (P + R) is the same, its value at the right end."""
    for f1 in _F1:
        recall = np.linspace(f1 / (2 - f1), 1, 60)
        axes.plot(recall, f1 * recall / (2 * recall - f1), color="0.85", linewidth=0.6, zorder=0)
        axes.annotate(
            f"F1 {f1:.1f}",
            (1, f1 / (2 - f1)),
            xytext=(4, 0),
            textcoords="offset points",
            ha="left",
            va="center_baseline",
            fontsize=TINY,
            color="0.45",
            annotation_clip=False,
        )
