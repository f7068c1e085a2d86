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

_STEP = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(29)
_SPREAD = np.uint64(0xD6E8FEB86659FD93)
_TOP = np.uint64(64 - BITS)
_OUTSIDE = np.uint64(7)


@lru_cache(maxsize=1 << 16)
def _code(word: str) -> tuple[int, int, int, bool, bool]:
    """Return the codes of a word, its shape and its ending, and whether a clause or a sentence ends with it."""
    spelled = normalise(word)
    return (
        _crc(spelled),
        _crc(_shape(word)),
        _crc("-" + spelled[-3:]),
        spelled in CLAUSE_MARKS,
        word[0] in SENTENCE_ENDS,
    )


def _crc(text: str) -> int:
    return crc32(text.encode("utf-8", "surrogatepass"))


def _shape(word: str) -> str:
    """Tell numbers, names, lower case, capitals and mixtures apart; a sign is its own shape."""
    if word[0].isdigit():
        return "0"
    if word.isalpha():
        return "x" if word.islower() else "A" if word.isupper() and len(word) > 1 else "X"
    return "m" if word[0].isalpha() else word


_NUMBER = np.uint64(_crc("0"))
_NAMES = np.array([_crc("X"), _crc("A"), _crc("m")], dtype=np.uint64)


@dataclass(frozen=True, slots=True)
class _Reading:
    """The words of a text as codes, and where the line, clause and sentence of each word begin."""

    word: Codes
    shape: Codes
    ending: Codes
    line: Indices
    clause: Indices
    sentence: Indices
    breaks: Flags

    def at(self, codes: Codes, offset: int) -> Codes:
        """Return the codes `offset` words away (negative: to the left), nothing beyond the line."""
        place = np.arange(len(codes)) + offset
        inside = (place >= self.line) & (place < len(codes))
        place = np.clip(place, 0, len(codes) - 1)
        if offset > 0:
            inside &= self.line[place] <= np.arange(len(codes))
        return np.where(inside, codes[place], _OUTSIDE)


def _read(text: str, parts: Sequence[Word]) -> _Reading:
    codes = [_code(part.text) for part in parts]
    word, shape, ending = (np.array([code[k] for code in codes], dtype=np.uint64) for k in range(3))
    breaks = np.zeros(len(parts), dtype=np.bool_)
    breaks[[0, *line_starts(text, parts)]] = True
    clauses, sentences = breaks.copy(), breaks.copy()
    clauses[1:] |= np.array([code[3] for code in codes[:-1]], dtype=np.bool_)
    sentences[1:] |= np.array([code[4] for code in codes[:-1]], dtype=np.bool_)
    return _Reading(word, shape, ending, _last(breaks), _last(clauses), _last(sentences), breaks)


def _last(starts: Flags) -> Indices:
    """Return for each word the last start at or before it, but none further back than `REACH` words."""
    index = np.arange(len(starts))
    last: Indices = np.maximum.accumulate(np.where(starts, index, 0))
    capped: Indices = np.maximum(last, index - REACH)
    return capped


def _mix(*parts: Codes) -> Codes:
    """Hash several codes into one, word by word; their order matters."""
    hashed = np.zeros_like(parts[0])
    for part in parts:
        hashed = (hashed ^ part) * _STEP
        hashed ^= hashed >> _SHIFT
    return hashed


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
    return _buckets(np.array([[_crc(word) for word in spelled]], dtype=np.uint64)).reshape(-1)


def _buckets(rows: Codes) -> NDArray[np.uint32]:
    """Choose a weight for each template (row) and word."""
    template = (np.arange(len(rows), dtype=np.uint64) * np.uint64(0x1234567) + np.uint64(1))[:, None]
    hashed: NDArray[np.uint32] = (((rows + template) * _SPREAD) >> _TOP).astype(np.uint32)
    return hashed


def _near(reading: _Reading) -> list[Codes]:
    """Return the word and its neighbours to the left, alone and in sequence."""
    word = reading.word
    left = [reading.at(word, -k) for k in range(1, 6)]
    shapes = [reading.at(reading.shape, -k) for k in range(3)]
    rows = [word, reading.shape, reading.ending, left[0], left[1], _mix(*left[:2]), _mix(*left[:3]), _mix(*shapes)]
    return rows + [_mix(word, *left[:length]) for length in range(1, 6)]


def _since(reading: _Reading, start: Indices, far: int) -> list[Codes]:
    """How the sentence or clause began, how far back that is (up to `far` words), and the whole of it while short."""
    index = np.arange(len(start))
    distance = (index - start).astype(np.uint64)
    rows = [np.minimum(distance, np.uint64(far)), _mix(reading.word, np.minimum(distance, np.uint64(3)))]
    opening, before = np.zeros_like(distance), np.zeros_like(distance)
    for length in range(1, 9):
        place = np.minimum(start + length - 1, index)
        reached = start + length - 1 <= index
        opening = np.where(reached, _mix(opening, reading.word[place]), opening)
        if length <= 3:
            before = np.where(start + length - 1 < index, _mix(before, reading.word[place]), before)
            rows += [_mix(opening, np.minimum(distance, np.uint64(far))), _mix(before, reading.word)]
    return [*rows, _mix(opening, np.minimum(distance, np.uint64(8)))]


def _position(reading: _Reading) -> list[Codes]:
    """Line starts, the sign before the clause, and whether the sentence has held numbers or names so far."""
    index = np.arange(len(reading.word))
    sign = np.where(reading.clause > 0, reading.word[np.maximum(reading.clause - 1, 0)], _OUTSIDE)
    numbers = _count_since(reading.shape == _NUMBER, reading.sentence, index) > 0
    names = _count_since(np.isin(reading.shape, _NAMES), reading.sentence + 1, index)
    return [
        reading.breaks.astype(np.uint64),
        _mix(sign, reading.word),
        numbers.astype(np.uint64),
        np.minimum(names, 4).astype(np.uint64),
    ]


def _count_since(flags: Flags, start: Indices, index: Indices) -> Indices:
    """Count the flags from `start` up to each word, itself included."""
    total = np.r_[0, np.cumsum(flags)]
    return np.asarray(total[index + 1] - total[np.minimum(start, index + 1)])


def _ahead(reading: _Reading, distance: int) -> list[Codes]:
    """Return the word so many words to the right, alone and with what stands between."""
    word = reading.word
    right = [reading.at(word, k) for k in range(1, distance + 1)]
    rows = [right[-1], reading.at(reading.shape, distance), _mix(word, *right), _mix(*right)]
    return [
        *rows,
        _mix(reading.at(word, -1), word, *right),
        _mix(reading.at(word, -2), reading.at(word, -1), word, *right),
    ]
