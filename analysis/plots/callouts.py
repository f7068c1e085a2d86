"""Names beside points, none over another: each goes to the nearest place that is free."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from analysis.plots.figure import SMALL
from analysis.plots.lettering import text_width

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_DISTANCES: Final = (3.5, 8.0, 13.0, 19.0, 26.0, 34.0, 44.0)
"""Points from a point to its name; the first without a line between them."""
_DIRECTIONS: Final = np.deg2rad([0, 180, 90, 270, 45, 135, 315, 225, 22.5, 157.5, 337.5, 202.5])
_HEIGHT: Final = 1.05
_PAD: Final = 0.8
_APART: Final = 3.0
"""Points between two names beside each other, or they would be read as one."""
_STEPS: Final = 12
_COST: Final = 3.0
"""Points of distance that a name goes farther for each point of the plot that it would cover."""
_COVERED: Final = 2
"""The most points that a name may cover."""

Box = NDArray[np.float64]
"""Left, bottom, right, top, in points."""


@dataclass(frozen=True, slots=True)
class Callout:
    """A name to be put beside a point.

    Attributes
    ----------
    x, y
        The point, in the plot's own units.
    text
        The name, one line.
    colour
        Of its letters.
    """

    x: float
    y: float
    text: str
    colour: str


def draw_callouts(axes: "Axes", callouts: Sequence[Callout], points: NDArray[np.float64]) -> list[Callout]:
    """Name points, the first ones first; a name that finds no free place is left out.

    No name lies over another, over a named point, or outside of the plot; a thin line leads to one that is not next to
    its point. The places are found for the plot as it is laid out now: draw everything else before.

    Parameters
    ----------
    axes
        The plot.
    callouts
        The names, in the order of their importance.
    points
        All points of the plot in its own units, shape (points, 2); names keep off them where they can.

    Returns
    -------
    list
        Those that were drawn.
    """
    figure = axes.get_figure(root=True)
    if figure is None or not callouts:
        return []
    figure.draw_without_rendering()
    scale = 72 / figure.dpi
    inside = np.array(axes.get_window_extent().extents) * scale
    seen = np.asarray(axes.transData.transform(points)) * scale
    named = np.asarray(axes.transData.transform([(one.x, one.y) for one in callouts])) * scale
    taken = np.stack([named[:, 0] - 2, named[:, 1] - 2, named[:, 0] + 2, named[:, 1] + 2], axis=1)
    drawn: list[Callout] = []
    for callout, point in zip(callouts, named, strict=True):
        size = np.array([text_width(callout.text) + _APART, SMALL * _HEIGHT])
        found = _free_place(point, size, inside, taken, seen)
        if found is None:
            continue
        centre, near = found
        taken = np.vstack([taken, _box(centre, size)])
        if not near:
            line = _line(point, centre, size)
            taken = np.vstack([taken, np.hstack([line, line])])
        text = axes.annotate(
            callout.text,
            (callout.x, callout.y),
            xytext=(float(centre[0] - point[0]), float(centre[1] - point[1])),
            textcoords="offset points",
            ha="center",
            va="center",
            fontsize=SMALL,
            color=callout.colour,
            parse_math=False,
            arrowprops=None if near else {"arrowstyle": "-", "color": "0.6", "linewidth": 0.4, "shrinkA": 0},
        )
        text.set_in_layout(False)
        drawn.append(callout)
    return drawn


def _box(centre: NDArray[np.float64], size: NDArray[np.float64]) -> Box:
    return np.concatenate([centre - size / 2 - _PAD, centre + size / 2 + _PAD])


def _line(point: NDArray[np.float64], centre: NDArray[np.float64], size: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return points along the line from a point, a little away from it, to the edge of its name; shape (steps, 2)."""
    way = centre - point
    edge = 1 - 0.5 * float(np.min(size / np.maximum(np.abs(way), 1e-9)))
    length = max(float(np.hypot(*way)), 1e-9)
    return point + np.linspace(min(edge, 3 / length), max(edge, 0.0), _STEPS)[:, None] * way


def _crosses(line: NDArray[np.float64], taken: NDArray[np.float64]) -> bool:
    held = (line[:, None, :] > taken[None, :, :2]) & (line[:, None, :] < taken[None, :, 2:])
    return bool(held.all(axis=2).any())


def _free_place(
    point: NDArray[np.float64], size: NDArray[np.float64], inside: Box, taken: NDArray[np.float64], seen: Box
) -> tuple[NDArray[np.float64], bool] | None:
    """Return the centre of the cheapest free place for a name, and whether it is next to its point."""
    best: tuple[float, NDArray[np.float64], bool] | None = None
    for number, distance in enumerate(_DISTANCES):
        for angle in _DIRECTIONS:
            way = np.array([np.cos(angle), np.sin(angle)])
            # The nearest place in this direction whose edge keeps the distance.
            centre = point + way * distance + np.sign(np.round(way, 6)) * size / 2
            box = _box(centre, size)
            if (box[:2] < inside[:2]).any() or (box[2:] > inside[2:]).any():
                continue
            if (
                (box[0] < taken[:, 2]) & (taken[:, 0] < box[2]) & (box[1] < taken[:, 3]) & (taken[:, 1] < box[3])
            ).any():
                continue
            covered = int(((seen > box[:2]) & (seen < box[2:])).all(axis=1).sum())
            line = _line(point, centre, size)
            if covered > _COVERED or (number and _crosses(line, taken)):
                continue
            cost = distance + _COST * covered
            if best is None or cost < best[0]:
                best = cost, centre, number == 0
    return None if best is None else (best[1], best[2])
