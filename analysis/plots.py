"""Scores -> matplotlib figures sized for papers: vector fonts, safe for colour-blind eyes, no global state."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from analysis.divergence import Term

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLUMN, TEXT = 3.25, 6.75
"""Inches: the width of one column and of a whole page in ACL's, ICML's and NeurIPS's styles."""

STUDENT, TEACHER = "#0072B2", "#D55E00"
"""Blue and vermilion of Okabe & Ito's palette: apart for every kind of colour vision, and in grey."""

_FONT, _SMALL = 8, 7
"""Points: the sizes of labels, and of the numbers at ticks and in cells."""


def _figure(width: float, height: float) -> "tuple[Figure, Axes]":
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.tick_params(labelsize=_SMALL)
    return figure, axes


def plot_log_odds(
    terms: Sequence[Term], *, first: str = "student", second: str = "teacher", top: int = 15, width: float = COLUMN
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
    """
    ranked = sorted(terms, key=lambda term: (-term.z, term.term))
    ours = [term for term in ranked[:top] if term.z > 0]
    theirs = [term for term in ranked[-top:] if term.z < 0]
    shown = [*ours, *theirs]
    figure, axes = _figure(width, 0.6 + 0.13 * max(4, len(shown)))
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
    axes.set_xlabel(f"z of log-odds:  {second}  ←  0  →  {first}", parse_math=False, fontsize=_FONT)
    return figure


def _visible(term: str) -> str:
    """Put quotation marks around a sign, which would be lost as an axis label."""
    return term if any(character.isalnum() for character in term) else f"“{term}”"


def plot_similarity(similarity: Mapping[tuple[str, str], float], *, width: float = COLUMN) -> "Figure":
    """Draw the similarity of corpora as a matrix with its numbers (as in arXiv 2604.14164, Fig. 14).

    Parameters
    ----------
    similarity
        From `analysis.divergence.tfidf_similarity`: two names to a number in 0..1.
    width
        Inches.
    """
    names = list(dict.fromkeys(name for pair in similarity for name in pair))
    figure, axes = _figure(width, width * 0.85)
    grid = [[similarity[one, two] for two in names] for one in names]
    image = axes.imshow(grid, cmap="cividis", vmin=min(0.5, *map(min, grid)), vmax=1)
    axes.set_xticks(range(len(names)), names, rotation=30, ha="right", parse_math=False)
    axes.set_yticks(range(len(names)), names, parse_math=False)
    lowest, highest = image.get_clim()
    for row, values in enumerate(grid):
        for column, value in enumerate(values):
            dark = value < (lowest + highest) / 2
            axes.text(
                column,
                row,
                f"{value:.3f}",
                ha="center",
                va="center",
                color="white" if dark else "black",
                fontsize=_SMALL,
            )
    bar = figure.colorbar(image, ax=axes, shrink=0.8)
    bar.set_label("TF-IDF cosine similarity", fontsize=_FONT)
    bar.ax.tick_params(labelsize=_SMALL)
    return figure
