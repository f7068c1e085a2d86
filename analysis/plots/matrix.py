"""A table of numbers whose cells are the darker the higher they are."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from analysis.plots.figure import FONT, SMALL, TINY, room
from analysis.plots.lettering import fitted, text_width, widest_form
from analysis.plots.looks import lightness

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MAP = "Blues"
"""From white to dark blue, ever darker: it prints in grey, and no colour vision sees it otherwise."""
_NAMES, _NAMES_OF_MANY, _FEW = 0.42, 0.28, 4
"""The most of a plot's width that the names of its rows may take, and beside more columns than a few."""


def draw_matrix(
    axes: "Axes",
    grid: NDArray[np.float64],
    rows: Sequence[str],
    columns: Sequence[str],
    *,
    forms: Sequence[Callable[[float], str]],
    lowest: float,
    highest: float,
    root: bool = False,
    label: str,
) -> None:
    """Draw a grid with its numbers, and a bar of its colours where the numbers find no room.

    Parameters
    ----------
    axes
        The plot.
    grid
        Shape (rows, columns); NaN is drawn as an empty cell.
    rows, columns
        Their names.
    forms
        Ways to write a number, the longest first: the first that fits into every cell is taken.
    lowest, highest
        The numbers drawn white and darkest.
    root
        Whether colours follow the square root, which tells small numbers apart beside large ones.
    label
        What the numbers are.
    """
    from matplotlib.colors import PowerNorm

    norm = PowerNorm(0.5 if root else 1.0, lowest, max(highest, lowest + 1e-12), clip=True)
    mesh = axes.pcolormesh(grid, cmap=_MAP, norm=norm, edgecolors="white", linewidth=0.6)
    axes.set(xlim=(0, max(1, len(columns))), ylim=(max(1, len(rows)), 0))
    axes.tick_params(length=0, pad=2)
    axes.spines[["left", "bottom"]].set_visible(False)
    axes.xaxis.tick_top()
    names = [fitted(name, _most(columns) * room(axes)) for name in rows]
    axes.set_yticks(np.arange(len(rows)) + 0.5, names, parse_math=False)
    _name_columns(axes, columns, max(map(text_width, names), default=0.0))
    figure = axes.get_figure(root=True)
    figure.draw_without_rendering()  # type: ignore[union-attr]
    cell = axes.get_window_extent().width / max(1, len(columns)) * 72 / figure.dpi - 2  # type: ignore[union-attr]
    values = grid[np.isfinite(grid)].tolist()
    for size in (SMALL, TINY):
        form = widest_form(values, forms[:1] if size == SMALL else forms, cell, size)
        if form is not None:
            _write(axes, grid, form, size, mesh)
            return
    bar = figure.colorbar(mesh, ax=axes, shrink=0.9, pad=0.02)  # type: ignore[union-attr]
    bar.set_label(label, fontsize=FONT)
    bar.ax.tick_params(labelsize=SMALL)


def column_names_height(columns: Sequence[str], width: float, names: float) -> float:
    """Return the inches that the names of the columns will take above a matrix of this width in inches."""
    cell = (72 * width - names - 8) / max(1, len(columns)) - 4
    if _lines(columns, cell) is not None:
        return (1 + max((text.count("\n") for text in _lines(columns, cell) or [""]), default=0)) * 0.13
    return min(1.3, max(map(text_width, columns), default=0.0) / 72 + 0.05)


def row_names_width(rows: Sequence[str], columns: Sequence[str], width: float) -> float:
    """Return the points that the names of the rows will take beside a matrix of this width in inches."""
    return max((text_width(fitted(name, _most(columns) * 72 * width)) for name in rows), default=0.0)


def _most(columns: Sequence[str]) -> float:
    return _NAMES if len(columns) <= _FEW else _NAMES_OF_MANY


def _lines(columns: Sequence[str], cell: float) -> list[str] | None:
    """Return the names in lines no wider than a cell, or None where a name would lose letters."""
    texts = [fitted(name, cell, lines=3) for name in columns]
    return None if any("…" in text for text in texts) else texts


def _name_columns(axes: "Axes", columns: Sequence[str], names: float) -> None:
    cell = (room(axes) - names - 8) / max(1, len(columns)) - 4
    texts = _lines(columns, cell)
    places = np.arange(len(columns)) + 0.5
    if texts is not None:
        axes.set_xticks(places, texts, parse_math=False)
    else:
        texts = [fitted(name, 1.25 * 72) for name in columns]
        axes.set_xticks(places, texts, rotation=90, parse_math=False)


def _write(axes: "Axes", grid: NDArray[np.float64], form: Callable[[float], str], size: float, mesh: Any) -> None:
    for (row, column), value in np.ndenumerate(grid):
        if not np.isfinite(value):
            continue
        dark = lightness(mesh.cmap(mesh.norm(value))) < 60
        axes.text(
            column + 0.5,
            row + 0.5,
            form(float(value)),
            ha="center",
            va="center_baseline",
            fontsize=size,
            color="white" if dark else "black",
        )
