"""Rank-turbulence divergence: how far terms move between the rankings of two corpora."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

ALPHA: Final = 1 / 3
"""What Dodds et al. use for words: rare and common ones count about alike."""


def rank_turbulence(first: Array, second: Array, alpha: float = ALPHA) -> float:
    """Return the rank-turbulence divergence of two corpora, 0 for the same ranking and 1 for disjoint ones.

    ``D = (1 / N) (alpha + 1) / alpha  sum |r1^-alpha - r2^-alpha|^(1 / (alpha + 1))`` over the terms of either corpus
    (Dodds et al. 2020, arXiv 2002.09770, section II.D). Ranks start at 1 and ties share their mean; terms that a
    corpus lacks share the mean of the ranks after its own. ``N`` is what the sum would be were the two disjoint: over
    the terms of each corpus alone, each against the rank ``N2 + N1 / 2`` (``N1 + N2 / 2``) that it would have in the
    other. The paper leaves out the half of a rank that makes a mean of N tied ranks ``(N + 1) / 2``; the result
    is held to 1. At ``alpha = 0`` the terms are ``|ln(r1 / r2)|``, the limit.

    Parameters
    ----------
    first, second
        How often each term stands in the two corpora, shape (terms,); terms in neither do not count.
    alpha
        At least 0; the greater, the more the common terms count.

    Raises
    ------
    ValueError
        When alpha is negative.
    """
    shares = rank_turbulence_by_term(first, second, alpha)
    return min(1.0, float(shares.sum()))


def rank_turbulence_by_term(first: Array, second: Array, alpha: float = ALPHA) -> Array:
    """Return what every term adds to the rank-turbulence divergence, shape (terms,)."""
    from scipy.stats import rankdata

    if alpha < 0:
        raise ValueError(f"alpha must be at least 0, got {alpha}")
    there = (first > 0) | (second > 0)
    shares = np.zeros(len(first))
    own = first[there] > 0, second[there] > 0
    sizes = int(own[0].sum()), int(own[1].sum())
    if not all(sizes):
        # An empty corpus ranks nothing: it is apart from any other, and like another empty one.
        shares[there] = 1 / max(1, int(there.sum()))
        return shares
    ranks = [np.asarray(rankdata(-counts[there]), dtype=np.float64) for counts in (first, second)]
    after = sizes[1] + sizes[0] / 2, sizes[0] + sizes[1] / 2
    disjoint = sum(
        float(_moved(rank[mine], np.full(int(mine.sum()), last), alpha).sum())
        for rank, mine, last in zip(ranks, own, after, strict=True)
    )
    shares[there] = _moved(ranks[0], ranks[1], alpha) / disjoint if disjoint else 0.0
    return shares


def _moved(one: Array, two: Array, alpha: float) -> Array:
    if not alpha:
        return np.asarray(np.abs(np.log(one / two)))
    # The factor (alpha + 1) / alpha stands above and below the line.
    return np.asarray(np.abs(one**-alpha - two**-alpha) ** (1 / (alpha + 1)))
