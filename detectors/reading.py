"""A text as the templates of `detectors.templates` read it: codes of its words, and where things begin.

A code is a 64-bit hash of a word or of something seen of it: its shape, its stem. Nothing here looks further back than
`REACH` words, and nothing looks ahead.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from detectors.places import CLAUSE_MARKS, line_starts, normalise
from detectors.spans import SENTENCE_ENDS, Word

REACH: Final = 16
"""Words: how far back the start of a sentence, clause or line is looked for."""
STEM: Final = 5
"""Letters: what of a word counts as its stem."""

Codes = NDArray[np.uint64]
Indices = NDArray[np.intp]
Flags = NDArray[np.bool_]

_MASK = (1 << 64) - 1
_BASE, STEP = 0x9E3779B97F4A7C15, np.uint64(0xC2B2AE3D27D4EB4F)
_INVERSE = pow(_BASE, -1, 1 << 64)
SHIFT: Final = np.uint64(29)
OUTSIDE: Final = np.uint64(7)
"""The code of what lies beyond the line."""


def hash_of(text: str) -> int:
    """Hash a text to 64 bits, the same on every machine."""
    return crc32(text.encode("utf-8", "surrogatepass")) * _BASE & _MASK


def mix(first: Codes, second: Codes) -> Codes:
    """Hash two codes into one, word by word; their order matters."""
    return np.asarray((first ^ (first >> SHIFT)) * STEP + second)


def shape_of(word: str) -> str:
    """Tell numbers, names, lower case, capitals and mixtures apart; a sign is its own shape."""
    if word[0].isdigit():
        return "0"
    if word.isalpha():
        return "x" if word.islower() else "A" if word.isupper() and len(word) > 1 else "X"
    return "m" if word[0].isalpha() else word


def stem_of(spelled: str) -> str:
    """Return the first letters of a word; all numbers have one stem."""
    return "0" if spelled[0].isdigit() else spelled[:STEM]


def ending_of(spelled: str) -> str:
    """Return the last three letters of a word."""
    return "-" + spelled[-3:]


@lru_cache(maxsize=1 << 16)
def codes_of(word: str) -> tuple[int, int, int, int, bool, bool, str]:
    """Return the codes of a word, its shape, stem and ending, whether a clause or a sentence ends with it, and it."""
    spelled = normalise(word)
    return (
        hash_of(spelled),
        hash_of(shape_of(word)),
        hash_of("~" + stem_of(spelled)),
        hash_of(ending_of(spelled)),
        spelled in CLAUSE_MARKS,
        word[0] in SENTENCE_ENDS,
        spelled,
    )


class CodeSequence:
    """Codes in a row, and a hash of any stretch of them.

    The hash is polynomial, so that every stretch costs the same, whatever its length: with prefix sums ``S`` of
    ``code[k] * base ** k`` modulo ``2 ** 64`` it is ``(S[stop] - S[start]) / base ** start``.
    """

    def __init__(self, codes: Codes) -> None:
        self.codes = codes
        count = len(codes)
        powers, self._inverses = powers_of(1 << max(8, count.bit_length()))
        self._sums = np.zeros(count + 1, dtype=np.uint64)
        np.cumsum(codes * powers[:count], out=self._sums[1:])

    def stretch(self, start: Indices, stop: Indices) -> Codes:
        """Hash the codes from `start` up to `stop`, for each word."""
        hashed: Codes = (self._sums[stop] - self._sums[start]) * self._inverses[start]
        return hashed


@lru_cache(maxsize=4)
def powers_of(count: int) -> tuple[Codes, Codes]:
    """Return the first powers of the base and of its inverse, modulo 2 ** 64."""
    found = []
    for base in (_BASE, _INVERSE):
        powers = np.full(count, base, dtype=np.uint64)
        powers[0] = 1
        found.append(np.cumprod(powers, dtype=np.uint64))
    return found[0], found[1]


@dataclass(frozen=True, slots=True)
class Reading:
    """The words of a text as codes, and where the line, clause and sentence of each word begin.

    Attributes
    ----------
    words
        The words.
    word, shape, stem, ending
        Their codes.
    joined
        Codes of shapes that also say whether blanks stand before the word.
    index, line, clause, sentence, line_stop
        Shape (words,): the word's own index, where its line, clause and sentence begin (at most `REACH` words back),
        and where its line stops.
    breaks, blank, foreign
        Shape (words,): whether a line begins here, whether after an empty line, and whether the word is foreign.
    """

    words: Sequence[Word]
    word: CodeSequence
    shape: CodeSequence
    stem: CodeSequence
    ending: Codes
    joined: CodeSequence
    index: Indices
    line: Indices
    clause: Indices
    sentence: Indices
    line_stop: Indices
    breaks: Flags
    blank: Flags
    foreign: Flags

    def at(self, codes: Codes, offset: int) -> Codes:
        """Return the codes `offset` words away (negative: to the left), nothing beyond the line."""
        count = len(codes)
        place = np.minimum(np.maximum(self.index + offset, 0), count - 1)
        inside = self.index + offset >= self.line if offset <= 0 else self.index + offset < self.line_stop
        return np.where(inside, codes[place], OUTSIDE)

    def left(self, length: int) -> Indices:
        """Return where the stretch of so many words to the left begins: not before the line."""
        return np.asarray(np.maximum(self.index - length, self.line))

    def right(self, length: int) -> Indices:
        """Return where the stretch that ends with so many words to the right stops: not after the line."""
        return np.asarray(np.minimum(self.index + length + 1, self.line_stop))

    def since(self, start: Indices, far: int) -> Codes:
        """Return how many words back `start` is, `far` at most."""
        return np.asarray(np.minimum(self.index - start, far).astype(np.uint64))

    def count(self, flags: Flags, start: Indices, stop: Indices | None = None) -> Indices:
        """Count the flags from `start` up to `stop`, or up to each word, itself included."""
        total = np.zeros(len(flags) + 1, dtype=np.intp)
        np.cumsum(flags, out=total[1:])
        stop = self.index + 1 if stop is None else stop
        return np.asarray(total[stop] - total[np.minimum(start, stop)])


def read(text: str, parts: Sequence[Word], familiar: AbstractSet[str] = frozenset()) -> Reading:
    """Read a text of at least one word; `familiar` words are spelled as phrases are, signs are familiar always."""
    # A text repeats its words: each is looked at once, and numpy deals out what was seen.
    numbers: dict[str, int] = {}
    which = np.fromiter((numbers.setdefault(part.text, len(numbers)) for part in parts), np.intp, len(parts))
    seen = [codes_of(distinct) for distinct in numbers]
    word, shape, stem, ending = (np.array([codes[k] for codes in seen], dtype=np.uint64)[which] for k in range(4))
    breaks, blank = _breaks(text, parts)
    clauses, sentences = breaks.copy(), breaks.copy()
    clauses[1:] |= np.array([codes[4] for codes in seen], dtype=np.bool_)[which[:-1]]
    sentences[1:] |= np.array([codes[5] for codes in seen], dtype=np.bool_)[which[:-1]]
    foreign = np.array([codes[6] not in familiar and codes[6][0].isalnum() for codes in seen], dtype=np.bool_)
    line, clause, sentence = (_last(flags) for flags in (breaks, clauses, sentences))
    number = np.cumsum(breaks)
    starts = np.fromiter((part.start for part in parts), np.intp, len(parts))
    ends = np.fromiter((part.end for part in parts), np.intp, len(parts))
    joined = np.zeros(len(parts), dtype=np.uint64)
    joined[1:] = starts[1:] == ends[:-1]
    return Reading(
        parts,
        CodeSequence(word),
        CodeSequence(shape),
        CodeSequence(stem),
        ending,
        CodeSequence(mix(shape, joined)),
        np.arange(len(parts)),
        line,
        clause,
        sentence,
        np.searchsorted(number, number, side="right"),
        breaks,
        blank,
        foreign[which],
    )


def _breaks(text: str, parts: Sequence[Word]) -> tuple[Flags, Flags]:
    """Tell of each word whether a line begins with it, and whether after an empty line."""
    breaks, blank = np.zeros(len(parts), dtype=np.bool_), np.zeros(len(parts), dtype=np.bool_)
    breaks[0] = True
    for index in line_starts(text, parts):
        breaks[index] = True
        blank[index] = text.count("\n", parts[index - 1].end, parts[index].start) > 1
    return breaks, blank


def _last(starts: Flags) -> Indices:
    """Return for each word the last start at or before it, but none further back than `REACH` words."""
    index = np.arange(len(starts))
    last: Indices = np.maximum.accumulate(np.where(starts, index, 0))
    capped: Indices = np.maximum(last, index - REACH)
    return capped
