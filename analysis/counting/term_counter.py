"""Counts batch after batch, in bounded memory."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analysis.counting.batch import BatchCounts, Terms
from analysis.counting.numbering import Numbering
from analysis.counting.tally import Tally
from analysis.counting.term_counts import TermCounts, select

CAPACITY: Final = 1 << 21
"""How many terms of each length are kept: some 90 MB a length."""
LONGEST: Final = 5
_WORDS_TO_SPARE: Final = 1 << 18


class TermCounter:
    """Adds up the counts of batches of texts.

    Parameters
    ----------
    longest
        The most words of a term, 1 to 5.
    capacity
        The most terms of each length to keep; a quarter of it for single words, whose spellings take more room.

    Raises
    ------
    ValueError
        When `longest` is not 1 to 5, or `capacity` less than 8.
    """

    def __init__(self, longest: int = 3, capacity: int = CAPACITY) -> None:
        if not 1 <= longest <= LONGEST:
            raise ValueError(f"terms have 1 to {LONGEST} words, not {longest}")
        if capacity < 8:
            raise ValueError(f"a capacity of {capacity} is too small")
        self.longest = longest
        self.capacity = capacity
        self.tallies = [Tally(capacity // 4 if length == 1 else capacity) for length in range(1, longest + 1)]
        self.texts = 0
        self.words = 0
        self._numbering = Numbering()
        self._spellings_to_hold = _WORDS_TO_SPARE

    @property
    def spellings(self) -> list[str]:
        """The words that the tallies' terms name."""
        return self._numbering.spellings

    def add(self, batch: BatchCounts) -> None:
        """Add the counts of a batch."""
        words = np.array(list(map(self._numbering.__getitem__, batch.spellings)), dtype=np.int32)
        for tally, terms in zip(self.tallies, batch.by_length, strict=True):
            tally.add(Terms(terms.keys, terms.counts, terms.documents, words[terms.words]))
        self.texts += batch.texts
        self.words += batch.words
        if len(self.spellings) > self._spellings_to_hold:
            self._forget_spellings()

    def restore(self, tallies: list[Tally], spellings: list[str], *, texts: int, words: int) -> None:
        """Go on from what another counter with the same settings had counted."""
        self.tallies = tallies
        self._numbering = Numbering(spellings)
        self._spellings_to_hold = 2 * len(spellings) + _WORDS_TO_SPARE
        self.texts, self.words = texts, words

    def _forget_spellings(self) -> None:
        """Forget words that no kept term holds."""
        used = np.zeros(len(self.spellings), dtype=np.bool_)
        for tally in self.tallies:
            used[tally.terms.words] = True
        place = (np.cumsum(used) - 1).astype(np.int32)
        for tally in self.tallies:
            terms = tally.terms
            tally.terms = Terms(terms.keys, terms.counts, terms.documents, place[terms.words])
        self._numbering = Numbering(self.spellings[word] for word in np.flatnonzero(used))
        self._spellings_to_hold = 2 * len(self.spellings) + _WORDS_TO_SPARE

    def result(self, *, least_count: int = 1, least_documents: int = 1, most_terms: int | None = None) -> TermCounts:
        """Return what was counted; the parameters are those of `analysis.counting.term_counts.select`."""
        chosen = select(self.tallies, least_count=least_count, least_documents=least_documents, most_terms=most_terms)
        names = chosen.names(self.spellings)
        order = np.array(sorted(range(len(names)), key=names.__getitem__), dtype=np.int64)
        return self.counts_of(chosen.keys, tuple(names[place] for place in order), order)

    def counts_of(
        self, keys: Sequence[NDArray[np.uint64]], terms: tuple[str, ...], order: NDArray[np.int64]
    ) -> TermCounts:
        """Return the counts of given terms; one that was not seen, or forgotten, counts 0.

        Parameters
        ----------
        keys
            For each length the keys of its terms.
        terms
            The terms, sorted.
        order
            For each of them the place of its key, those of 1 word counted first; int64 of shape (terms,).
        """
        found = [tally.look_up(wanted) for tally, wanted in zip(self.tallies, keys, strict=True)]
        counts, documents, missed = (np.concatenate(column)[order] for column in zip(*found, strict=True))
        unlisted = tuple(tally.forgotten for tally in self.tallies)
        return TermCounts(terms, counts, documents, missed, unlisted, self.words, self.texts)
