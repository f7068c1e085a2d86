"""The terms that tell two writers apart, as bars."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from analysis.divergence import Term
from analysis.plots.figure import COLUMN, FONT, STUDENT, TEACHER, place

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def plot_log_odds(
    terms: Sequence[Term],
    *,
    first: str = "student",
    second: str = "teacher",
    top: int = 15,
    width: float = COLUMN,
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
        Inches.
    axes
        Where to draw; None makes a figure.
    """
    ranked = sorted(terms, key=lambda term: (-term.z, term.term))
    ours = [term for term in ranked[:top] if term.z > 0]
    theirs = [term for term in ranked[-top:] if term.z < 0]
    shown = [*ours, *theirs]
    figure, axes = place(axes, width, 0.6 + 0.13 * max(4, len(shown)))
    places = range(len(shown))
    axes.barh(
        places,
        [term.z for term in shown],
        color=[STUDENT if term.z > 0 else TEACHER for term in shown],
        height=0.75,
    )
    axes.set_yticks(list(places), [_visible(term.term) for term in shown], parse_math=False)
    axes.invert_yaxis()
    axes.axvline(0, color="black", linewidth=0.6)
    axes.set_xlabel(f"z of log-odds:  {second}  ←  0  →  {first}", parse_math=False, fontsize=FONT)
    return figure


def _visible(term: str) -> str:
    """Put quotation marks around a sign, which would be lost as an axis label."""
    return term if any(character.isalnum() for character in term) else f"“{term}”"
