"""The words of many texts as numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

LINE_START: Final = 0
"""What stands in a stream of words where a line begins."""


@dataclass(frozen=True, slots=True)
class WordStream:
    """The words of some texts, and where their lines begin, piece by piece (`analysis.counting.splitting`).

    Attributes
    ----------
    pieces
        Sparse table of int32 of shape (distinct pieces, spellings), in rows. Each stored number is a 1 for one word of
        a piece, and they stand in the order of the words. A word is a place in `spellings` and `keys`, or
        `LINE_START`; every text begins with one.
    codes
        Which piece stands where, int32 of shape (pieces,), one text after the other.
    bounds
        Text ``i`` has the pieces ``[bounds[i], bounds[i + 1])``; int64 of shape (texts + 1,).
    spellings
        The words as `detectors.places.normalise` spells them; more than stand in these texts.
    keys
        A hash of each spelling that is the same in every process, uint64.
    """

    pieces: Any
    codes: NDArray[np.int32]
    bounds: NDArray[np.int64]
    spellings: Sequence[str]
    keys: NDArray[np.uint64]

    def in_order(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Return word after word, starts of lines among them, and the number of the text of each."""
        placed = self.pieces[self.codes]
        sizes = np.diff(placed.indptr[self.bounds])
        return placed.indices, np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)

    def by_text(self) -> Any:
        """Count each word, and `LINE_START`, in each text: sparse int32 of shape (texts, spellings)."""
        from scipy.sparse import csr_array

        shape = len(self.bounds) - 1, self.pieces.shape[0]
        ones = np.ones(len(self.codes), dtype=np.int32)
        return csr_array((ones, self.codes, self.bounds.astype(np.int32)), shape=shape) @ self.pieces
