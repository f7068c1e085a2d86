"""How often each corpus uses each word, as a heat map."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from analysis.measures.estimate import Estimate
from analysis.plots.figure import COLUMN, place
from analysis.plots.lettering import short_number, visible
from analysis.plots.matrix import column_names_height, draw_matrix, row_names_width
from analysis.plots.sizes import Width, inches

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_ROW = 0.165


def plot_word_rates(
    rates: Mapping[str, Mapping[str, float | Estimate]],
    *,
    terms: Sequence[str] | None = None,
    width: Width = COLUMN,
    axes: "Axes | None" = None,
) -> "Figure":
    """Draw occurrences per 1,000 words, a row a term and a column a corpus (as in arXiv 2604.14164, Fig. 16).

    Colours follow the square root of the rate, so that a rare marker is seen beside a frequent one.

    Parameters
    ----------
    rates
        For each corpus, occurrences of each term per 1,000 words; a term that is missing has an empty cell.
    terms
        The rows, from the top; None draws all terms as they come.
    width
        Inches, or the name of a size.
    axes
        Where to draw; None makes a figure.
    """
    corpora = list(rates)
    shown = list(dict.fromkeys(term for found in rates.values() for term in found)) if terms is None else list(terms)
    values = [[_value(rates[corpus].get(term, np.nan)) for corpus in corpora] for term in shown]
    grid = np.array(values, dtype=np.float64).reshape(len(shown), len(corpora))
    names = [visible(term) for term in shown]
    wide = inches(width)
    height = column_names_height(corpora, wide, row_names_width(names, corpora, wide)) + 0.1
    figure, axes = place(axes, wide, height + _ROW * max(4, len(shown)))
    draw_matrix(
        axes,
        grid,
        names,
        corpora,
        forms=[_rate, _short_rate],
        lowest=0.0,
        highest=float(np.nanmax(grid, initial=0.0)),
        root=True,
        label="per 1,000 words",
    )
    return figure


def _value(rate: float | Estimate) -> float:
    return rate.value if isinstance(rate, Estimate) else rate


def _rate(rate: float) -> str:
    return "0" if rate == 0 else f"{rate:.2f}" if rate < 10 else short_number(rate)


def _short_rate(rate: float) -> str:
    return "0" if rate == 0 else "<.1" if rate < 0.1 else f"{rate:.1f}" if rate < 9.95 else f"{rate:,.0f}"
