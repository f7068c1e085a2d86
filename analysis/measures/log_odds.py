"""Log-odds under an informative Dirichlet prior: which terms tell two corpora apart."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from analysis.evaluation.bootstrap import REPLICATES, draw_weights
from analysis.measures.count_table import CountTable
from analysis.measures.term import Term

Array = NDArray[np.float64]

STRENGTH: Final = 500.0
"""How many words of evidence the prior is worth."""
_LEAST = 0.5
_SMALLEST = 1e-9


def informative_prior(background: Array, strength: float = STRENGTH) -> Array:
    """Return the prior's counts of the terms, shape (..., terms), in proportion to a background and with a given total.

    Every term counts at least half in the background, so that none has a prior of zero.
    """
    weights = np.maximum(np.asarray(background, dtype=np.float64), _LEAST)
    return np.asarray(weights * (strength / np.maximum(weights.sum(axis=-1, keepdims=True), _LEAST)))


def log_odds(first: Array, second: Array, prior: Array) -> tuple[Array, Array]:
    """Return the difference of the log-odds of every term, in nats, and its standard deviation.

    With counts ``y`` of ``n`` words and prior counts ``a`` of ``A``, for each corpus
    ``w = log((y + a) / (n + A - y - a))``; the difference is ``w1 - w2``, its variance ``1/(y1 + a) + 1/(y2 + a)``
    (Monroe, Colaresi & Quinn 2008, "Fightin' Words", Political Analysis 16, equations 16 and 20). The ratio of
    the two is their z (equation 22).

    Parameters
    ----------
    first, second
        How often each term stands in the two corpora, shape (..., terms).
    prior
        The prior's counts, of the same shape; see `informative_prior`.
    """
    total = prior.sum(axis=-1, keepdims=True)
    one, two = (
        np.log((counts + prior) / np.maximum(counts.sum(axis=-1, keepdims=True) + total - counts - prior, _SMALLEST))
        for counts in (first, second)
    )
    return one - two, np.sqrt(1 / (first + prior) + 1 / (second + prior))


def deviation_over_questions(
    first: CountTable, second: CountTable, *, replicates: int = REPLICATES, seed: int = 0
) -> Array:
    """Return how far the log-odds of every term move with the questions: the standard deviation over the bootstrap.

    The variance of Monroe et al. takes words as independent. Words of one text are not: what a question is about comes
    in bursts. The prior is the two corpora together, as drawn.

    Returns
    -------
    NDArray
        In nats, shape (terms,); the tables must be aligned.
    """
    sums = np.zeros((2, len(first.terms)))
    for weights in draw_weights(len(first.questions), replicates, seed):
        # A few replicates at a time: a table of all would not fit for many terms.
        for some in np.array_split(weights, max(1, len(weights) * len(first.terms) // 4_000_000)):
            one, two = (np.asarray((table.counts.T @ some.T).T) for table in (first, second))
            found, _ = log_odds(one, two, informative_prior(one + two))
            sums += found.sum(axis=0), (found**2).sum(axis=0)
    mean, square = sums / replicates
    return np.asarray(np.sqrt(np.maximum(square - mean**2, 0.0)))


def scored_terms(
    terms: tuple[str, ...], first: Array, second: Array, difference: Array, deviation: Array
) -> list[Term]:
    """Make terms of arrays of shape (terms,), the highest z first."""
    z = difference / deviation
    rows = zip(terms, difference.tolist(), z.tolist(), first.tolist(), second.tolist(), strict=True)
    found = [Term(term, one, two, round(count), round(other)) for term, one, two, count, other in rows]
    return sorted(found, key=lambda term: (-term.z, term.term))
