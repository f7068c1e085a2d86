"""The key of a figure: above the plot, in as many columns as fit."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from analysis.plots.figure import SMALL, room
from analysis.plots.lettering import fitted, text_width

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_HANDLE, _GAP, _BETWEEN = 2.0, 0.5, 1.0
"""Letters: the length of a key's sign, from it to its name, and from one column to the next."""
_AXIS = 64.0
"""Points beside a plot that its own labels take."""
_FEW = 4


def draw_legend(axes: "Axes", handles: Sequence[Any], names: Sequence[str], *, beside: float = _AXIS) -> None:
    """Put names above a plot, each beside what it is drawn with; long names are shortened.

    Parameters
    ----------
    axes
        The plot.
    handles
        Of each name, what matplotlib's legends take.
    names
        What they stand for.
    beside
        Points that are taken on the left and right of the plot, by labels and numbers.
    """
    space = room(axes) - beside
    sign = SMALL * (_HANDLE + _GAP)
    # Two columns of shortened names, once one column would be taller than it is worth.
    most = (space - _BETWEEN * SMALL) / 2 if len(names) > _FEW else space
    texts = [fitted(name, most - sign) for name in names]
    widths = [sign + text_width(text) for text in texts]
    columns = next(count for count in range(max(1, len(texts)), 0, -1) if count == 1 or _fits(widths, count, space))
    legend = axes.legend(
        handles,
        texts,
        loc="lower left",
        bbox_to_anchor=(0.0, 1.0),
        ncols=columns,
        fontsize=SMALL,
        frameon=False,
        borderaxespad=0.2,
        borderpad=0.1,
        handlelength=_HANDLE,
        handletextpad=_GAP,
        columnspacing=_BETWEEN,
        labelspacing=0.3,
    )
    for text in legend.get_texts():
        text.set_parse_math(False)


def _fits(widths: Sequence[float], columns: int, space: float) -> bool:
    # matplotlib fills the columns one after the other, the first ones with one name more.
    rows, more = divmod(len(widths), columns)
    total, begin = _BETWEEN * SMALL * (columns - 1), 0
    for column in range(columns):
        end = begin + rows + (column < more)
        total += max(widths[begin:end], default=0.0)
        begin = end
    return total <= space
