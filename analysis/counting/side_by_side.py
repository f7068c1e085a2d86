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
    by_length = list(zip(*(counter.tallies for counter in counters), strict=True))
    columns = []
    for tallies in by_length:
        # What stands in enough texts of all corpora together stands in its share of them in one: few terms do.
        share = -(-least_documents // len(counters))
        keys = np.unique(np.concatenate([tally.terms.keys[tally.terms.documents >= share] for tally in tallies]))
        found = [tally.look_up(keys) for tally in tallies]
        columns.append((keys, sum(one[0] for one in found), sum(one[1] for one in found)))
    kept = frequent(columns, least_count=least_count, least_documents=least_documents, most_terms=most_terms)
    listed_keys = [keys[rows] for (keys, _, _), rows in zip(columns, kept, strict=True)]
    names: list[str] = []
    for tallies, keys in zip(by_length, listed_keys, strict=True):
        spelled = np.zeros(len(keys), dtype=object)
        for counter, tally in zip(counters, tallies, strict=True):
            place, known = tally.find(keys)
            words = tally.terms.words[place[known]].tolist()
            spelled[known] = [" ".join(map(counter.spellings.__getitem__, row)) for row in words]
        names += spelled.tolist()
    order = np.array(sorted(range(len(names)), key=names.__getitem__), dtype=np.int64)
    listed = tuple(names[place] for place in order)
    return [counter.counts_of(listed_keys, listed, order) for counter in counters]
