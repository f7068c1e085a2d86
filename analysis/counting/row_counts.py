"""Counts of chosen terms by row, such as one a question, added up batch after batch."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.counting.phrases import find_keys, keys_of_phrases, phrases
from analysis.counting.word_stream import LINE_START, WordStream


class RowCounts:
    """Adds up how often chosen terms stand in the texts of each row.

    Parameters
    ----------
    keys
        For each length the keys of the terms, uint64 of shape (terms,), rising. They are columns in that order, those
        of 1 word first.
    rows
        How many rows there are.

    Attributes
    ----------
    sizes
        The words of the texts of each row, whatever terms are chosen; int64 of shape (rows,).
    """

    def __init__(self, keys: Sequence[NDArray[np.uint64]], rows: int) -> None:
        self.sizes = np.zeros(rows, dtype=np.int64)
        self._keys = keys
        self._shape = rows, sum(map(len, keys))
        # Each is less than half as large as the one before: to add every batch to one sum would copy all of it each
        # time, and to keep them all would take memory without bound.
        self._parts: list[Any] = []

    def add(self, stream: WordStream, rows: NDArray[np.int64]) -> None:
        """Count some texts, whose rows are given: int64 of shape (texts,)."""
        from scipy.sparse import csr_array

        by_text = stream.by_text()
        row_of = np.repeat(rows, np.diff(by_text.indptr))
        is_word = by_text.indices != LINE_START
        np.add.at(self.sizes, row_of[is_word], by_text.data[is_word])
        columns = _columns(self._keys[0], stream.keys)
        columns[LINE_START] = -1
        cells = [(row_of, columns[by_text.indices], by_text.data), *self._cells_of_phrases(stream, rows)]
        row, column, count = (np.concatenate(part) for part in zip(*cells, strict=True))
        listed = column >= 0
        part = csr_array((count[listed].astype(np.int64), (row[listed], column[listed])), shape=self._shape)
        while self._parts and self._parts[-1].nnz <= 2 * part.nnz:
            part = self._parts.pop() + part
        self._parts.append(part)

    def _cells_of_phrases(
        self, stream: WordStream, rows: NDArray[np.int64]
    ) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int8]]]:
        """Yield for each length above 1 row, column and count of each n-gram of the chosen ones."""
        if len(self._keys) == 1:
            return
        words, texts = stream.in_order()
        longer = islice(phrases(words, len(self._keys)), 1, None)
        first = len(self._keys[0])
        for keys, found in zip(self._keys[1:], longer, strict=True):
            columns = np.repeat(_columns(keys, keys_of_phrases(found.words, stream.keys)), found.counts)
            listed = columns >= 0
            here = texts[found.positions[listed]]
            yield rows[here], columns[listed] + first, np.ones(len(here), dtype=np.int8)
            first += len(keys)

    def counts(self) -> Any:
        """Return what was counted: sparse int64 of shape (rows, terms)."""
        from scipy.sparse import csr_array

        total = csr_array(self._shape, dtype=np.int64)
        for part in reversed(self._parts):
            total = part + total
        return total


def _columns(keys: NDArray[np.uint64], found: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Return the place of each found key among `keys`, which rise; -1 where it is not there."""
    place, known = find_keys(keys, found)
    place[~known] = -1
    return place
