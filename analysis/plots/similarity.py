"""The similarity of corpora, as a matrix."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from analysis.measures.estimate import Estimate
from analysis.plots.figure import COLUMN, place
from analysis.plots.matrix import column_names_height, draw_matrix, row_names_width
from analysis.plots.sizes import Width, inches

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_ROW, _INTERVAL_ROW = 0.26, 0.36
_NOTHING = 5e-4
"""An interval narrower than what is written of it is none."""


def plot_similarity(
    similarity: Mapping[tuple[str, str], float | Estimate], *, width: Width = COLUMN, axes: "Axes | None" = None
) -> "Figure":
    """Draw the similarity of corpora as a matrix with its numbers (as in arXiv 2604.14164, Fig. 14).

    Estimates have their interval written below the number, where there is room for it.

    Parameters
    ----------
    similarity
        Two names to a number in 0..1, such as from `analysis.divergence.tfidf_similarity`; a pair that is missing is
        taken from its reverse, and is empty without one.
    width
        Inches, or the name of a size.
    axes
        Where to draw; None makes a figure.
    """
    names = list(dict.fromkeys(name for pair in similarity for name in pair))
    found = {pair: value if isinstance(value, Estimate) else None for pair, value in similarity.items()}
    values = {pair: value.value if isinstance(value, Estimate) else value for pair, value in similarity.items()}
    grid = np.array(
        [[values.get((one, two), values.get((two, one), np.nan)) for two in names] for one in names], dtype=np.float64
    ).reshape(len(names), len(names))
    intervals = {one.value: one for one in found.values() if one is not None and one.high - one.low > _NOTHING}
    wide = inches(width)
    height = column_names_height(names, wide, row_names_width(names, names, wide)) + 0.1
    figure, axes = place(axes, wide, height + (_INTERVAL_ROW if intervals else _ROW) * max(2, len(names)))
    draw_matrix(
        axes,
        grid,
        names,
        names,
        forms=[*([_with_interval(intervals)] if intervals else []), _digits(3), _digits(2), _bare],
        lowest=min(0.5, *grid[np.isfinite(grid)].tolist(), 0.5),
        highest=1.0,
        label="similarity",
    )
    return figure


def _digits(digits: int) -> Callable[[float], str]:
    return lambda value: f"{value:.{digits}f}"


def _bare(value: float) -> str:
    """Write two digits without the nought before them."""
    return f"{value:.2f}".removeprefix("0")


def _with_interval(intervals: Mapping[float, Estimate]) -> Callable[[float], str]:
    def form(value: float) -> str:
        found = intervals.get(value)
        return f"{value:.3f}" if found is None else f"{value:.3f}\n{found.low:.3f}–{found.high:.3f}"

    return form
