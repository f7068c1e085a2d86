"""Counts of terms of one length, in bounded memory (lossy counting, Manku & Motwani 2002)."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.counting.batch import Terms
from analysis.counting.phrases import find_keys


def _none() -> Terms:
    nothing = np.zeros(0, dtype=np.int64)
    return Terms(nothing.astype(np.uint64), nothing, nothing, np.zeros((0, 0), dtype=np.int32))


@dataclass(slots=True)
class Tally:
    """How often each term of one length was seen, as far as memory allows.

    When there are more than `capacity` terms, the rarest are forgotten until half as many are left (Manku & Motwani
    2002, "Approximate Frequency Counts over Data Streams", VLDB, with a bucket that ends when the table is full). With
    ``forgotten`` the most that a forgotten term can have been seen: a term that is missing stands at most that often in
    the texts, and the count of one that is there lacks at most ``missed``, what was forgotten when it was seen first.
    Nothing is forgotten, and all counts are exact, while there are no more terms than `capacity`; and
    ``forgotten <= 2 * occurrences / capacity`` always, because each time that number grows by one, more than half of
    `capacity` occurrences are used up that no earlier growth used.

    Attributes
    ----------
    capacity
        The most terms to keep between two batches.
    terms
        The terms that are kept.
    missed
        The most occurrences that each term's count lacks, int64 of shape (terms,); in documents at most as many.
    forgotten
        The most often that a term that is not kept can stand in the texts.
    """

    capacity: int
    terms: Terms = field(default_factory=_none)
    missed: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    forgotten: int = 0

    def add(self, new: Terms) -> None:
        """Add the terms of a batch; `new.words` are places in the same list of spellings as before."""
        old = self.terms
        place, known = self.find(new.keys)
        old.counts[place[known]] += new.counts[known]
        old.documents[place[known]] += new.documents[known]
        if known.all():
            return
        fresh = ~known
        at = place[fresh] + np.arange(int(fresh.sum()))
        self.terms = Terms(
            _insert(old.keys, at, new.keys[fresh]),
            _insert(old.counts, at, new.counts[fresh]),
            _insert(old.documents, at, new.documents[fresh]),
            _insert(old.words.reshape(-1, new.words.shape[1]), at, new.words[fresh]),
        )
        self.missed = _insert(self.missed, at, np.full(len(at), self.forgotten))
        if len(self.terms.keys) > self.capacity:
            self._forget()

    def find(self, keys: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Return for each key its place among those of the terms that are kept, and whether it is there at all."""
        return find_keys(self.terms.keys, keys)

    def look_up(self, keys: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Return counts, documents and the most missed occurrences of terms; those not kept have counts of 0."""
        place, known = self.find(keys)
        place = place[known]
        counts, documents = np.zeros((2, len(keys)), dtype=np.int64)
        missed = np.full(len(keys), self.forgotten)
        counts[known], documents[known] = self.terms.counts[place], self.terms.documents[place]
        missed[known] = self.missed[place]
        return counts, documents, missed

    def _forget(self) -> None:
        """Forget the rarest terms until at most half of `capacity` are left."""
        most = self.terms.counts + self.missed
        rank = len(most) - self.capacity // 2 - 1
        self.forgotten = int(np.partition(most, rank)[rank])
        kept = most > self.forgotten
        terms = self.terms
        self.terms = Terms(terms.keys[kept], terms.counts[kept], terms.documents[kept], terms.words[kept])
        self.missed = self.missed[kept]


def _insert(old: NDArray[Any], at: NDArray[np.int64], new: NDArray[Any]) -> NDArray[Any]:
    """Put rows where they belong; `at` are their places afterwards."""
    both = np.empty((len(old) + len(new), *old.shape[1:]), dtype=old.dtype)
    stay = np.ones(len(both), dtype=np.bool_)
    stay[at] = False
    both[stay] = old
    both[at] = new
    return both
