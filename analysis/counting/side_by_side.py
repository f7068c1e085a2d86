"""The same terms of several corpora that were counted apart."""

from collections.abc import Sequence

import numpy as np

from analysis.counting.term_counter import TermCounter
from analysis.counting.term_counts import TermCounts, frequent


def shared_terms(
    counters: Sequence[TermCounter],
    *,
    least_count: int = 1,
    least_documents: int = 1,
    most_terms: int | None = None,
) -> list[TermCounts]:
    """Return the counts of several corpora over the same terms, for a comparison such as log-odds.

    Parameters
    ----------
    counters
        What was counted of each corpus, with the same `longest`.
    least_count, least_documents
        How often, and in how many texts, a term must stand in all corpora together.
    most_terms
        How many terms to list at most: the most frequent in all corpora together.

    Raises
    ------
    ValueError
        When the lengths of terms differ.
    """
    if len({counter.longest for counter in counters}) != 1:
        raise ValueError("the counters must have the same lengths of terms")
    by_length = list(zip(*([tally.terms for tally in counter.tallies] for counter in counters), strict=True))
    columns = []
    for terms in by_length:
        keys, home = np.unique(np.concatenate([one.keys for one in terms]), return_inverse=True)
        counts, documents = np.zeros((2, len(keys)), dtype=np.int64)
        np.add.at(counts, home, np.concatenate([one.counts for one in terms]))
        np.add.at(documents, home, np.concatenate([one.documents for one in terms]))
        columns.append((keys, counts, documents))
    kept = frequent(columns, least_count=least_count, least_documents=least_documents, most_terms=most_terms)
    listed_keys = [keys[rows] for (keys, _, _), rows in zip(columns, kept, strict=True)]
    names: list[str] = []
    for terms, keys in zip(by_length, listed_keys, strict=True):
        spelled = np.zeros(len(keys), dtype=object)
        for counter, one in zip(counters, terms, strict=True):
            rows = np.flatnonzero(np.isin(one.keys, keys))
            words = one.words[rows].tolist()
            spelled[np.searchsorted(keys, one.keys[rows])] = [
                " ".join(map(counter.spellings.__getitem__, row)) for row in words
            ]
        names += spelled.tolist()
    order = np.array(sorted(range(len(names)), key=names.__getitem__), dtype=np.int64)
    listed = tuple(names[place] for place in order)
    return [counter.counts_of(listed_keys, listed, order) for counter in counters]
