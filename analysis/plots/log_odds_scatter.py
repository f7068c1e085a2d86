"""Every term by how frequent it is and how well it tells two writers apart."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from analysis.divergence import Term
from analysis.plots.callouts import Callout, draw_callouts
from analysis.plots.figure import COLUMN, FONT, place, room
from analysis.plots.legend import draw_legend
from analysis.plots.lettering import fitted, visible
from analysis.plots.looks import looks
from analysis.plots.sizes import Width, inches

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.collections import PathCollection
    from matplotlib.figure import Figure

_SIGNIFICANT = 1.96
"""Standard deviations: 5 % for one term."""
_SHAPE, _HIGHEST = 0.9, 3.8
_MANY = 1500
"""More points than this are drawn as a picture inside of the vector figure, which stays small."""


def plot_log_odds_scatter(
    terms: Sequence[Term],
    *,
    first: str = "student",
    second: str = "teacher",
    top: int = 12,
    width: Width = COLUMN,
    axes: "Axes | None" = None,
) -> "Figure":
    """Draw every term by its count in both corpora and the z of its log-odds (Monroe et al. 2008, Fig. 2).

    Terms within 1.96 standard deviations are grey. A name that finds no place without covering another is left out.

    Parameters
    ----------
    terms
        From `analysis.divergence.log_odds`; those that stand in neither corpus are left out.
    first, second
        The writers' names, in the order they were given to it.
    top
        How many terms of each are named, by z.
    width
        Inches, or the name of a size.
    axes
        Where to draw; None makes a figure, as it is laid out when names are placed: in one with more plots, draw this
        plot last.
    """
    found = sorted((term for term in terms if term.first + term.second > 0), key=lambda term: (-term.z, term.term))
    wide = inches(width)
    figure, axes = place(axes, wide, min(_SHAPE * wide + 0.4, _HIGHEST))
    points = np.array([(term.first + term.second, term.z) for term in found], dtype=np.float64).reshape(-1, 2)
    counts, scores = points.T
    ours, theirs = looks(["student", "teacher"]).values()
    many = len(points) > _MANY

    def scatter(some: NDArray[np.bool_], size: float, colour: str, marker: str) -> "PathCollection":
        return axes.scatter(
            counts[some], scores[some], s=size, color=colour, marker=marker, linewidth=0, rasterized=many
        )

    scatter(np.abs(scores) <= _SIGNIFICANT, 3, "0.75", "o")
    handles = [
        scatter(side, 8, look.colour, look.marker)
        for look, side in ((ours, scores > _SIGNIFICANT), (theirs, scores < -_SIGNIFICANT))
    ]
    axes.set_xscale("log")
    axes.axhline(0, color="black", linewidth=0.5, zorder=0)
    largest = float(np.abs(scores).max(initial=_SIGNIFICANT))
    axes.set_ylim(-1.12 * largest, 1.12 * largest)
    most = float(counts.max(initial=10.0))
    axes.set_xlim(0.7, most**1.06 * 1.3)
    axes.set_xlabel("occurrences in both corpora", fontsize=FONT)
    axes.set_ylabel("z of log-odds", fontsize=FONT)
    draw_legend(axes, handles, [first, second])
    strongest = sorted(found, key=lambda term: (-abs(term.z), term.term))
    named = [term for side in (1, -1) for term in [one for one in strongest if side * one.z > _SIGNIFICANT][:top]]
    named.sort(key=lambda term: (-abs(term.z), term.term))
    callouts = [
        Callout(
            term.first + term.second,
            term.z,
            fitted(visible(term.term), room(axes) / 3),
            ours.colour if term.z > 0 else theirs.colour,
        )
        for term in named
    ]
    draw_callouts(axes, callouts, points)
    return figure
