"""Texts cut into words, each distinct piece of them only once."""

from collections.abc import Sequence
from hashlib import blake2b
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analysis.counting.new_pieces import NewPieces
from analysis.counting.numbering import Numbering
from analysis.counting.splitting import LINE_FEED, NONE, Pieces, split
from analysis.counting.word_stream import WordStream

MOST_PIECES: Final = 1 << 18
"""How many distinct pieces are remembered with their words: some 40 MB."""
MOST_BYTES: Final = 1 << 24
"""How many bytes they may have together: a text without blanks is one piece, of any length."""


class WordCutter:
    """Cuts texts into words as `detectors.spans.words` does each line, and remembers what it has cut.

    One cutter can serve several counts, one after the other: each gains by what the others had cut.

    Parameters
    ----------
    most_pieces, most_bytes
        How many distinct pieces of texts to remember, and of how many bytes together; beyond, all are forgotten after
        the texts at hand, and cut again where they come again.
    """

    def __init__(self, most_pieces: int = MOST_PIECES, most_bytes: int = MOST_BYTES) -> None:
        self._most_pieces, self._most_bytes = most_pieces, most_bytes
        self._forget()

    def _forget(self) -> None:
        self._pieces = NONE
        self._numbering = Numbering([LINE_FEED])
        self._keys = np.zeros(1, dtype=np.uint64)
        # The words of piece i are _words[_bounds[i] : _bounds[i + 1]].
        self._words = np.zeros(0, dtype=np.int32)
        self._bounds = np.zeros(1, dtype=np.int32)
        self._joins = np.zeros(0, dtype=np.bool_)

    def cut(self, texts: Sequence[str]) -> WordStream:
        """Return the words of texts."""
        from scipy.sparse import csr_array

        if len(self._pieces) > self._most_pieces or len(self._pieces.data) > self._most_bytes:
            self._forget()
        pieces = self._learned(split(texts, self._pieces))
        if self._joins.any() and self._joins[pieces.codes].any():
            pieces = self._learned(split(texts, self._pieces, careful=True))
        ones = np.ones(len(self._words), dtype=np.int32)
        shape = len(self._pieces), len(self._numbering)
        table = csr_array((ones, self._words, self._bounds), shape=shape)
        return WordStream(table, pieces.codes, pieces.bounds, self._numbering.spellings, self._keys)

    def _learned(self, pieces: Pieces) -> Pieces:
        """Remember what is new among pieces."""
        if len(pieces.distinct) > len(self._pieces):
            spelled = len(self._numbering)
            new = NewPieces.after(len(self._pieces), pieces.distinct)
            sizes, words = new.cut(self._numbering)
            self._bounds = np.append(self._bounds, self._bounds[-1] + np.cumsum(sizes, dtype=np.int32))
            self._words = np.append(self._words, words)
            self._joins = np.append(self._joins, new.joins())
            self._keys = np.append(self._keys, keys_of(self._numbering.spellings[spelled:]))
            self._pieces = pieces.distinct
        return pieces


def keys_of(spellings: Sequence[str]) -> NDArray[np.uint64]:
    """Hash words to 64 bits (BLAKE2b), the same in every process and on every machine."""
    digests = (blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest() for word in spellings)
    return np.frombuffer(b"".join(digests), dtype="<u8").astype(np.uint64)
