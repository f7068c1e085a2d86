"""What the logistic detector sees of a word: hashed features of the word and its neighbours, for a whole text at once.

A feature is a template filled with words; its hash picks one of ``2 ** BITS`` weights (the hashing trick, Weinberger et
al. 2009, ICML). Templates read at most `CONTEXT` words to the left, and to the right only as many as asked for, so a
word has the same features in any two texts that agree around it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from detectors.lexicon import CLAUSE_MARKS, line_starts, normalise
from detectors.spans import SENTENCE_ENDS, Word

BITS: Final = 20
REACH: Final = 16
"""Words: how far back the start of a sentence, clause or line is looked for."""
CONTEXT: Final = REACH + 1

Codes = NDArray[np.uint64]
Indices = NDArray[np.intp]
Flags = NDArray[np.bool_]

_MASK = (1 << 64) - 1
_BASE, _STEP, _SPREAD = 0x9E3779B97F4A7C15, np.uint64(0xC2B2AE3D27D4EB4F), np.uint64(0xD6E8FEB86659FD93)
_INVERSE = pow(_BASE, -1, 1 << 64)
_SHIFT, _TOP = np.uint64(29), np.uint64(64 - BITS)
_OUTSIDE = np.uint64(7)


@lru_cache(maxsize=1 << 16)
def _code(word: str) -> tuple[int, int, int, bool, bool]:
    """Return the codes of a word, its shape and its ending, and whether a clause or a sentence ends with it."""
    spelled = normalise(word)
    return (
        _hash(spelled),
        _hash(_shape(word)),
        _hash("-" + spelled[-3:]),
        spelled in CLAUSE_MARKS,
        word[0] in SENTENCE_ENDS,
    )


def _hash(text: str) -> int:
    return crc32(text.encode("utf-8", "surrogatepass")) * _BASE & _MASK


def _shape(word: str) -> str:
    """Tell numbers, names, lower case, capitals and mixtures apart; a sign is its own shape."""
    if word[0].isdigit():
        return "0"
    if word.isalpha():
        return "x" if word.islower() else "A" if word.isupper() and len(word) > 1 else "X"
    return "m" if word[0].isalpha() else word


_NUMBER = np.uint64(_hash("0"))
_NAMES = np.array([_hash("X"), _hash("A"), _hash("m")], dtype=np.uint64)


class _Sequence:
    """Codes in a row, and a hash of any stretch of them.

    The hash is polynomial, so that every stretch costs the same, whatever its length: with prefix sums ``S`` of
    ``code[k] * base ** k`` modulo ``2 ** 64`` it is ``(S[stop] - S[start]) / base ** start``.
    """

    def __init__(self, codes: Codes) -> None:
        self.codes = codes
        count = len(codes)
        powers, self._inverses = _powers(1 << max(8, count.bit_length()))
        self._sums = np.zeros(count + 1, dtype=np.uint64)
        np.cumsum(codes * powers[:count], out=self._sums[1:])

    def stretch(self, start: Indices, stop: Indices) -> Codes:
        """Hash the codes from `start` up to `stop`, for each word."""
        hashed: Codes = (self._sums[stop] - self._sums[start]) * self._inverses[start]
        return hashed


@lru_cache(maxsize=4)
def _powers(count: int) -> tuple[Codes, Codes]:
    """Return the first powers of the base and of its inverse, modulo 2 ** 64."""
    found = []
    for base in (_BASE, _INVERSE):
        powers = np.full(count, base, dtype=np.uint64)
        powers[0] = 1
        found.append(np.cumprod(powers, dtype=np.uint64))
    return found[0], found[1]


@dataclass(frozen=True, slots=True)
class _Reading:
    """The words of a text as codes, and where the line, clause and sentence of each word begin."""

    word: _Sequence
    shape: _Sequence
    ending: Codes
    index: Indices
    line: Indices
    clause: Indices
    sentence: Indices
    breaks: Flags

    def at(self, codes: Codes, offset: int) -> Codes:
        """Return the codes `offset` words away (negative: to the left), nothing beyond the line."""
        count = len(codes)
        place = np.minimum(np.maximum(self.index + offset, 0), count - 1)
        if offset <= 0:
            return np.where(self.index + offset >= self.line, codes[place], _OUTSIDE)
        return np.where((self.index + offset < count) & (self.line[place] <= self.index), codes[place], _OUTSIDE)

    def left(self, length: int) -> Indices:
        """Return where the stretch of so many words to the left begins: not before the line."""
        return np.asarray(np.maximum(self.index - length, self.line))


def _read(text: str, parts: Sequence[Word]) -> _Reading:
    codes = [_code(part.text) for part in parts]
    word, shape, ending = (np.array([code[k] for code in codes], dtype=np.uint64) for k in range(3))
    breaks = np.zeros(len(parts), dtype=np.bool_)
    breaks[[0, *line_starts(text, parts)]] = True
    clauses, sentences = breaks.copy(), breaks.copy()
    clauses[1:] |= np.array([code[3] for code in codes[:-1]], dtype=np.bool_)
    sentences[1:] |= np.array([code[4] for code in codes[:-1]], dtype=np.bool_)
    line, clause, sentence = (_last(flags) for flags in (breaks, clauses, sentences))
    index = np.arange(len(parts))
    return _Reading(_Sequence(word), _Sequence(shape), ending, index, line, clause, sentence, breaks)


def _last(starts: Flags) -> Indices:
    """Return for each word the last start at or before it, but none further back than `REACH` words."""
    index = np.arange(len(starts))
    last: Indices = np.maximum.accumulate(np.where(starts, index, 0))
    capped: Indices = np.maximum(last, index - REACH)
    return capped


def _mix(first: Codes, second: Codes) -> Codes:
    """Hash two codes into one, word by word; their order matters."""
    return np.asarray((first ^ (first >> _SHIFT)) * _STEP + second)


def features(text: str, parts: Sequence[Word], lookahead: int = 0) -> NDArray[np.uint32]:
    """Hash the features of every word of a text.

    Parameters
    ----------
    text
        The text.
    parts
        Its words; at least one.
    lookahead
        Words to the right to read.

    Returns
    -------
    numpy.ndarray
        Shape (words, templates): the weight each feature has. The width depends on `lookahead` alone.
    """
    reading = _read(text, parts)
    rows = _near(reading) + _since(reading, reading.sentence, 8) + _since(reading, reading.clause, 6)
    rows += _position(reading)
    for distance in range(1, lookahead + 1):
        rows += _ahead(reading, distance)
    hashed: NDArray[np.uint32] = _buckets(np.stack(rows)).T
    return hashed


def word_features(spelled: Sequence[str]) -> NDArray[np.uint32]:
    """Hash the feature that a word has by itself, wherever it stands: shape (words,), for words in lower case."""
    return _buckets(np.array([[_hash(word) for word in spelled]], dtype=np.uint64)).reshape(-1)


def _buckets(rows: Codes) -> NDArray[np.uint32]:
    """Choose a weight for each template (row) and word."""
    template = (np.arange(len(rows), dtype=np.uint64) * np.uint64(0x1234567) + np.uint64(1))[:, None]
    mixed = rows + template
    mixed ^= mixed >> _SHIFT
    hashed: NDArray[np.uint32] = ((mixed * _SPREAD) >> _TOP).astype(np.uint32)
    return hashed


def _near(reading: _Reading) -> list[Codes]:
    """Return the word and its neighbours to the left, alone and in sequence."""
    word, shape, index = reading.word, reading.shape, reading.index
    rows = [word.codes, shape.codes, reading.ending, reading.at(word.codes, -1), reading.at(word.codes, -2)]
    rows += [word.stretch(reading.left(length), index) for length in (2, 3)]
    rows.append(shape.stretch(reading.left(2), index + 1))
    return rows + [word.stretch(reading.left(length), index + 1) for length in range(1, 6)]


def _since(reading: _Reading, start: Indices, far: int) -> list[Codes]:
    """How the sentence or clause began, how far back that is (up to `far` words), and the whole of it while short."""
    word, index = reading.word, reading.index
    distance = (index - start).astype(np.uint64)
    capped = np.minimum(distance, np.uint64(far))
    rows = [capped, _mix(word.codes, np.minimum(distance, np.uint64(3)))]
    for length in range(1, 4):
        rows.append(_mix(word.stretch(start, np.minimum(start + length, index + 1)), capped))
        rows.append(_mix(word.stretch(start, np.minimum(start + length, index)), word.codes))
    return [*rows, _mix(word.stretch(start, np.minimum(start + 8, index + 1)), np.minimum(distance, np.uint64(8)))]


def _position(reading: _Reading) -> list[Codes]:
    """Line starts, the sign before the clause, and whether the sentence has held numbers or names so far."""
    word, shape, index = reading.word.codes, reading.shape.codes, reading.index
    sign = np.where(reading.clause > 0, word[np.maximum(reading.clause - 1, 0)], _OUTSIDE)
    numbers = _count_since(shape == _NUMBER, reading.sentence, index) > 0
    names = _count_since(np.isin(shape, _NAMES), reading.sentence + 1, index)
    return [
        reading.breaks.astype(np.uint64),
        _mix(sign, word),
        numbers.astype(np.uint64),
        np.minimum(names, 4).astype(np.uint64),
    ]


def _count_since(flags: Flags, start: Indices, index: Indices) -> Indices:
    """Count the flags from `start` up to each word, itself included."""
    total = np.zeros(len(flags) + 1, dtype=np.intp)
    np.cumsum(flags, out=total[1:])
    return np.asarray(total[index + 1] - total[np.minimum(start, index + 1)])


def _ahead(reading: _Reading, distance: int) -> list[Codes]:
    """Return the word so many words to the right, alone and with what stands between."""
    word, index = reading.word, reading.index
    number = np.cumsum(reading.breaks)
    stop = np.minimum(index + distance + 1, np.searchsorted(number, number, side="right"))
    rows = [reading.at(word.codes, distance), reading.at(reading.shape.codes, distance)]
    rows += [word.stretch(index, stop), word.stretch(np.minimum(index + 1, stop), stop)]
    return [*rows, *(word.stretch(reading.left(length), stop) for length in (1, 2))]
