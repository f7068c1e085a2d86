"""How often each term stands in a corpus, as arrays."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.counting.tally import Tally


@dataclass(frozen=True, slots=True, eq=False)
class TermCounts:
    """How often each term stands in a corpus, and in how many of its texts.

    Attributes
    ----------
    terms
        Sorted. An n-gram is its words joined by one blank, as `detectors.places.normalise` spells them.
    counts, documents
        Occurrences of each term, and texts that hold it, int64 of shape (terms,).
    missed
        The most occurrences, and texts, that each of these numbers lacks, int64 of shape (terms,): 0 where the count is
        exact, as all are until a corpus has more distinct terms than fit into memory (`analysis.counting.tally`).
    unlisted
        For each length in words, the most often that a term can stand in the corpus that memory had no room for.
    words, texts
        Words and texts of the corpus, whatever terms are listed.
    """

    terms: tuple[str, ...]
    counts: NDArray[np.int64]
    documents: NDArray[np.int64]
    missed: NDArray[np.int64]
    unlisted: tuple[int, ...]
    words: int
    texts: int

    @property
    def exact(self) -> bool:
        """Whether nothing was forgotten: every number is exact."""
        return not any(self.unlisted)

    def as_dict(self) -> dict[str, int]:
        """Return the count of each term that stands in the corpus, as `analysis.divergence` reads it."""
        pairs = zip(self.terms, self.counts.tolist(), strict=True)
        return {term: count for term, count in pairs if count}


@dataclass(frozen=True, slots=True)
class Selection:
    """Terms that are kept of those that were counted.

    Attributes
    ----------
    keys, words
        For each length the keys of its terms, uint64 of shape (terms,), rising, and their words, shape (terms, length).
    """

    keys: tuple[NDArray[np.uint64], ...]
    words: tuple[NDArray[np.int32], ...]

    def names(self, spellings: Sequence[str]) -> list[str]:
        """Spell the terms, those of 1 word first."""
        return [" ".join([spellings[word] for word in row]) for words in self.words for row in words.tolist()]


def select(
    tallies: Sequence[Tally], *, least_count: int = 1, least_documents: int = 1, most_terms: int | None = None
) -> Selection:
    """Choose terms of a corpus: those that are frequent enough, and of these the most frequent.

    Parameters
    ----------
    tallies
        One a length.
    least_count, least_documents
        How often a term must stand, and in how many texts; what may have been missed is not counted.
    most_terms
        How many terms to keep at most, of all lengths together; equally frequent ones are told apart by their keys.
    """
    terms = [tally.terms for tally in tallies]
    kept = frequent(
        [(one.keys, one.counts, one.documents) for one in terms],
        least_count=least_count,
        least_documents=least_documents,
        most_terms=most_terms,
    )
    return Selection(
        tuple(one.keys[rows] for one, rows in zip(terms, kept, strict=True)),
        tuple(one.words[rows] for one, rows in zip(terms, kept, strict=True)),
    )


def frequent(
    columns: Sequence[tuple[NDArray[np.uint64], NDArray[np.int64], NDArray[np.int64]]],
    *,
    least_count: int = 1,
    least_documents: int = 1,
    most_terms: int | None = None,
) -> list[NDArray[np.int64]]:
    """Return for each length the places of the terms that `select` keeps, rising.

    Parameters
    ----------
    columns
        For each length keys, counts and documents of the terms.
    least_count, least_documents, most_terms
        As for `select`.
    """
    kept = [np.flatnonzero((counts >= least_count) & (held >= least_documents)) for _, counts, held in columns]
    total = sum(map(len, kept))
    if most_terms is None or total <= most_terms:
        return kept
    keys = np.concatenate([column[0][rows] for column, rows in zip(columns, kept, strict=True)])
    counts = np.concatenate([column[1][rows] for column, rows in zip(columns, kept, strict=True)])
    chosen = np.zeros(total, dtype=np.bool_)
    chosen[np.lexsort((keys, -counts))[:most_terms]] = True
    parts = np.split(chosen, np.cumsum([len(rows) for rows in kept])[:-1])
    return [rows[part] for rows, part in zip(kept, parts, strict=True)]
