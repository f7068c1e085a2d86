"""The words of many texts as numbers, in order, with the starts of their lines."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import chain, repeat
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analysis.counting.splitting import LINE_FEED, joins_a_blank, split
from detectors.places import normalise
from detectors.spans import ASCII_WORD, words

MOST_PIECES: Final = 1 << 18
"""How many distinct pieces are remembered with their words: some 60 MB."""
_PLAIN: Final = re.compile(rf"{ASCII_WORD}|\n", re.ASCII)
"""Words of ASCII as `detectors.spans.words` has them, and ends of lines."""
LINE_START: Final = 0
"""What stands in a stream of words where a line begins."""


@dataclass(frozen=True, slots=True)
class WordStream:
    """The words of some texts in order, and where their lines begin.

    Attributes
    ----------
    words
        Which word stands where, int32 of shape (words and starts of lines,): places in `spellings` and `keys`, or
        `LINE_START`. Every text begins with one.
    bounds
        Text ``i`` is ``words[bounds[i]:bounds[i + 1]]``, int64 of shape (texts + 1,).
    spellings
        The words as `detectors.places.normalise` spells them; more than stand in these texts.
    keys
        A hash of each spelling that is the same in every process, uint64.
    """

    words: NDArray[np.int32]
    bounds: NDArray[np.int64]
    spellings: Sequence[str]
    keys: NDArray[np.uint64]

    def lines(self) -> NDArray[np.int32]:
        """Return the number of the line of each place; it never falls, and no line goes over two texts."""
        return np.cumsum(self.words == LINE_START, dtype=np.int32)

    def texts(self) -> NDArray[np.int32]:
        """Return the number of the text of each place."""
        return np.repeat(np.arange(len(self.bounds) - 1, dtype=np.int32), np.diff(self.bounds))

    def sizes(self) -> NDArray[np.int64]:
        """Return the words of each text, starts of lines left out; int64 of shape (texts,)."""
        if len(self.bounds) == 1:
            return np.zeros(0, dtype=np.int64)
        return np.add.reduceat(self.words != LINE_START, self.bounds[:-1], dtype=np.int64)


class WordCutter:
    """Cuts texts into words as `detectors.spans.words` does each line, and each distinct piece of a text only once.

    Parameters
    ----------
    most_pieces
        How many distinct pieces to remember; beyond, all are forgotten, and cut again where they come again.
    """

    def __init__(self, most_pieces: int = MOST_PIECES) -> None:
        self._most_pieces = most_pieces
        self._forget()

    def _forget(self) -> None:
        self._pieces: dict[bytes, int] = {}
        self._places = _Places()
        self._keys = np.zeros(1, dtype=np.uint64)
        self._lengths = np.zeros(0, dtype=np.int32)
        self._words = np.zeros(0, dtype=np.int32)
        self._joining: set[int] = set()

    def cut(self, texts: Sequence[str]) -> WordStream:
        """Return the words of texts."""
        pieces = split(texts)
        known = self._look_up(pieces.distinct)
        if self._joining and not self._joining.isdisjoint(known.tolist()):
            pieces = split(texts, careful=True)
            known = self._look_up(pieces.distinct)
        own_starts = np.cumsum(self._lengths) - self._lengths
        lengths = self._lengths[known][pieces.codes]
        ends = np.cumsum(lengths)
        # The words of piece after piece: where each has its own, counted on from there.
        shifts = own_starts[known].astype(np.int32)[pieces.codes] - (ends - lengths).astype(np.int32)
        at = np.repeat(shifts, lengths)
        at += np.arange(len(at), dtype=np.int32)
        bounds = np.concatenate([[0], ends])[pieces.bounds]
        return WordStream(self._words[at], bounds, self._places.spellings, self._keys)

    def _look_up(self, distinct: list[bytes]) -> NDArray[np.int64]:
        """Return the places of pieces; those that are new are cut."""
        if len(self._pieces) > self._most_pieces:
            self._forget()
        found = np.fromiter(map(self._pieces.get, distinct, repeat(-1)), dtype=np.int64, count=len(distinct))
        new = np.flatnonzero(found < 0)
        if not len(new):
            return found
        spelled = len(self._places.spellings)
        # Plain ones first: they are cut together, in a fraction of the time.
        new = new[np.argsort([not distinct[index].isascii() for index in new], kind="stable")]
        found[new] = np.arange(len(self._pieces), len(self._pieces) + len(new))
        pieces = [distinct[index] for index in new]
        self._pieces |= zip(pieces, found[new].tolist(), strict=True)
        plain = [piece.decode() for piece in pieces if piece.isascii()]
        lengths, cut = self._cut_plain(plain)
        others = [
            self._cut(piece, place)
            for place, piece in enumerate(pieces[len(plain) :], start=found[new[0]] + len(plain))
        ]
        lengths = np.append(lengths, np.fromiter(map(len, others), dtype=np.int32, count=len(others)))
        cut = np.append(cut, np.fromiter(chain.from_iterable(others), dtype=np.int32))
        is_start = np.array([piece[:1] == b"\n" for piece in pieces])
        cut = np.insert(cut, (np.cumsum(lengths) - lengths)[is_start], LINE_START)
        self._lengths = np.append(self._lengths, (lengths + is_start).astype(np.int32))
        self._words = np.append(self._words, cut)
        self._keys = np.append(self._keys, keys_of(self._places.spellings[spelled:]))
        return found

    def _cut_plain(self, pieces: Sequence[str]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Cut pieces in ASCII together, as the lines of one text; returns their numbers of words, and the words."""
        # To spell words of ASCII is to make them small, before or after they are cut.
        found = _PLAIN.findall("\n".join(piece[1:] for piece in pieces).lower() + "\n") if pieces else []
        places = np.fromiter(map(self._places.__getitem__, found), dtype=np.int32, count=len(found))
        is_end = places == LINE_START
        lengths = np.diff(np.flatnonzero(is_end), prepend=-1) - 1
        return lengths.astype(np.int32), places[~is_end]

    def _cut(self, piece: bytes, place: int) -> list[int]:
        """Cut one piece of any kind; returns its words."""
        text = piece.decode("utf-8", "surrogatepass")[1:]
        if joins_a_blank(text):
            self._joining.add(place)
        return [self._places[normalise(word.text)] for word in words(text)]


class _Places(dict[str, int]):
    """The place of every spelling; a new one gets the next."""

    def __init__(self) -> None:
        super().__init__({LINE_FEED: LINE_START})
        self.spellings = [LINE_FEED]

    def __missing__(self, spelling: str) -> int:
        place = self[spelling] = len(self.spellings)
        self.spellings.append(spelling)
        return place


def keys_of(spellings: Sequence[str]) -> NDArray[np.uint64]:
    """Hash words to 64 bits (BLAKE2b), the same in every process and on every machine."""
    digests = (blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest() for word in spellings)
    return np.frombuffer(b"".join(digests), dtype="<u8").astype(np.uint64)
