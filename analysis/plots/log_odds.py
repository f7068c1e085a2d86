"""The terms that tell two writers apart, as bars."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from analysis.divergence import Term
from analysis.plots.bars import draw_bars
from analysis.plots.figure import COLUMN, FONT, place, room
from analysis.plots.lettering import fitted, text_width, visible
from analysis.plots.looks import looks
from analysis.plots.sizes import Width, inches

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_NAMES = 0.4
"""The most of a plot's width that the terms beside it may take."""
_EDGES = 24.0
"""Points beside the plot that are neither names nor bars."""


def plot_log_odds(
    terms: Sequence[Term],
    *,
    first: str = "student",
    second: str = "teacher",
    top: int = 15,
    width: Width = COLUMN,
    axes: "Axes | None" = None,
) -> "Figure":
    """Draw the terms that tell two writers apart as bars: `top` of each, by z of their log-odds.

    Parameters
    ----------
    terms
        From `analysis.divergence.log_odds`.
    first, second
        The writers' names, in the order they were given to it.
    top
        How many terms of each.
    width
        Inches, or the name of a size.
    axes
        Where to draw; None makes a figure.
    """
    ranked = sorted(terms, key=lambda term: (-term.z, term.term))
    ours = [term for term in ranked[:top] if term.z > 0]
    theirs = [term for term in ranked[-top:] if term.z < 0]
    shown = [*ours, *theirs]
    figure, axes = place(axes, inches(width), 0.6 + 0.13 * max(4, len(shown)))
    one, two = looks(["student", "teacher"]).values()
    for look, sign in ((one, 1), (two, -1)):
        places = [place for place, term in enumerate(shown) if sign * term.z > 0]
        draw_bars(axes, places, [shown[place].z for place in places], look)
    names = [fitted(visible(term.term), _NAMES * room(axes)) for term in shown]
    axes.set_yticks(range(len(shown)), names, parse_math=False)
    axes.set_ylim(max(1, len(shown)) - 0.4, -0.6)
    axes.axvline(0, color="black", linewidth=0.6)
    free = room(axes) - max(map(text_width, names), default=0.0) - _EDGES
    axes.set_xlabel(f"{_sides(first, second, free)}\nz of log-odds", parse_math=False, fontsize=FONT)
    return figure


def _sides(first: str, second: str, points: float) -> str:
    """Say which side of 0 is whose: in one line where it fits, or else in two."""
    line = f"{second}  ←  0  →  {first}"
    if text_width(line, FONT) <= points:
        return line
    arrow = text_width("←  ", FONT)
    left, right = (fitted(name, points - arrow, size=FONT) for name in (second, first))
    return f"←  {left}\n{right}  →"
