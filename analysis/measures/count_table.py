"""How often each term stands in what was written on each question: what most measures read."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_array


@dataclass(frozen=True, slots=True, eq=False)
class CountTable:
    """How often each term stands in the text, or the texts, of each question.

    Attributes
    ----------
    terms
        Sorted. An n-gram is its words joined by one blank, as `detectors.places.normalise` spells them.
    questions
        Sorted.
    counts
        A `scipy.sparse.csr_array` of int64, shape (questions, terms).
    sizes
        int64 of shape (questions,): all words of the question's texts, whatever terms are kept.

    Raises
    ------
    ValueError
        When the shapes do not fit, or terms or questions are not sorted and distinct.
    """

    terms: tuple[str, ...]
    questions: tuple[str, ...]
    counts: "csr_array"
    sizes: NDArray[np.int64]

    def __post_init__(self) -> None:
        shape = len(self.questions), len(self.terms)
        if self.counts.shape != shape or self.sizes.shape != shape[:1]:
            raise ValueError(
                f"counts of shape {self.counts.shape} and sizes of shape {self.sizes.shape} do not fit "
                f"{shape[0]} questions and {shape[1]} terms"
            )
        for names in (self.terms, self.questions):
            if any(one >= other for one, other in pairwise(names)):
                raise ValueError("terms and questions must be sorted, each once")

    def totals(self, weights: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
        """Return how often each term stands in all questions together, float64 of shape (terms,).

        Parameters
        ----------
        weights
            How often each question counts, shape (questions,); once each when None.
        """
        if weights is None:
            return np.asarray(self.counts.sum(axis=0), dtype=np.float64)
        return np.asarray(self.counts.T @ weights, dtype=np.float64)

    def aligned(self, other: "CountTable") -> tuple["CountTable", "CountTable"]:
        """Return both tables with the questions that both have and the terms that either has."""
        shared = set(other.questions)
        questions = [question for question in self.questions if question in shared]
        one, two = self.of_questions(questions), other.of_questions(questions)
        terms = tuple(sorted({*one.terms, *two.terms}))
        return one._spread(terms), two._spread(terms)

    def keep(self, terms: Iterable[str]) -> "CountTable":
        """Return the table of those terms alone that it has, with the sizes as they are."""
        wanted = set(terms)
        columns = [column for column, term in enumerate(self.terms) if term in wanted]
        kept = tuple(self.terms[column] for column in columns)
        return CountTable(kept, self.questions, self.counts[:, columns], self.sizes)

    def of_questions(self, questions: Iterable[str]) -> "CountTable":
        """Return the table of those questions alone that it has."""
        wanted = set(questions)
        rows = [row for row, question in enumerate(self.questions) if question in wanted]
        kept = tuple(self.questions[row] for row in rows)
        return CountTable(self.terms, kept, self.counts[rows], self.sizes[rows])

    def _spread(self, terms: tuple[str, ...]) -> "CountTable":
        """Return the table with more terms; `terms` holds its own."""
        from scipy.sparse import csr_array

        places = {term: place for place, term in enumerate(terms)}
        moved = np.array([places[term] for term in self.terms], dtype=np.int64)
        old = self.counts
        shape = len(self.questions), len(terms)
        counts = csr_array((old.data, moved[old.indices], old.indptr), shape=shape)
        return CountTable(terms, self.questions, counts, self.sizes)
