"""Dunning's log-likelihood ratio G2: how surprising it is that two corpora use a term alike."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def g2(first: Array, second: Array, sizes: tuple[float, float] | None = None) -> Array:
    """Return the log-likelihood ratio of every term, 0 where both corpora use it at the same rate.

    ``G2 = 2 sum O ln(O / E)`` over the four cells of the table "this term or another, first or second corpus", with
    the counts ``E`` expected of equal rates (Dunning 1993, Computational Linguistics 19). Under equal rates it is
    distributed as chi squared with one degree of freedom: 3.84 is significant at 5 %. It has no sign. Rayson & Garside
    (2000) sum the first two cells alone, which is a little less.

    Parameters
    ----------
    first, second
        How often each term stands in the two corpora, shape (terms,).
    sizes
        All words of the two corpora; by default the sums of the counts.
    """
    one, two = sizes or (float(first.sum()), float(second.sum()))
    together, words = first + second, one + two
    if not words:
        return np.zeros(len(first))
    cells = (
        (first, together * one / words),
        (second, together * two / words),
        (one - first, (words - together) * one / words),
        (two - second, (words - together) * two / words),
    )
    return np.asarray(np.maximum(2 * sum(_cell(observed, expected) for observed, expected in cells), 0.0))


def _cell(observed: Array, expected: Array) -> Array:
    there = observed > 0
    return np.asarray(
        observed * np.log(np.divide(observed, expected, out=np.ones_like(expected), where=there & (expected > 0)))
    )
