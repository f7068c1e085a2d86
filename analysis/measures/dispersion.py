"""Dispersion: whether a term stands in most texts or comes in bursts."""

import numpy as np
from numpy.typing import NDArray

from analysis.measures.count_table import CountTable

Array = NDArray[np.float64]


def deviation_of_proportions(table: CountTable) -> Array:
    """Return Gries' DP of every term, shape (terms,): 0 where each question has its share, near 1 where one has all.

    ``DP = sum |v - s| / 2`` over the questions, ``v`` the share of a term's occurrences that stand there and ``s`` that
    of all words (Gries 2008, International Journal of Corpus Linguistics 13). A term that does not occur has 1.
    """
    from scipy.sparse import csr_array

    totals = table.totals()
    shares = table.sizes / max(1, int(table.sizes.sum()))
    there = csr_array(table.counts.multiply(1 / np.maximum(totals, 1)[None, :]))
    rows = np.repeat(np.arange(len(table.questions)), np.diff(there.indptr))
    # Only where a term stands does |v - s| differ from s.
    changes = np.abs(there.data - shares[rows]) - shares[rows]
    sums = np.bincount(there.indices, changes, minlength=len(table.terms)) + shares.sum()
    return np.where(totals > 0, sums / 2, 1.0)


def question_share(table: CountTable) -> Array:
    """Return the share of the questions in whose texts each term stands, 0..1, shape (terms,)."""
    return np.asarray((table.counts > 0).sum(axis=0) / max(1, len(table.questions)), dtype=np.float64)
