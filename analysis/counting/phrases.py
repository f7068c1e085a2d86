"""The n-grams of a stream of words, equal ones brought together."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.counting.word_stream import LINE_START, WordStream

_ODD = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(29)


@dataclass(frozen=True, slots=True)
class Phrases:
    """The distinct n-grams of one length, and where each stands.

    Attributes
    ----------
    keys
        A hash of the words of each n-gram, rising; uint64 of shape (n-grams,).
    counts
        How often each stands there, int64 of shape (n-grams,).
    positions
        The places of their first words in the stream: those of the first n-gram, in order, then those of the next;
        int64 of shape (all occurrences,).
    """

    keys: NDArray[np.uint64]
    counts: NDArray[np.int64]
    positions: NDArray[np.int64]

    @property
    def starts(self) -> NDArray[np.int64]:
        """Where the positions of each n-gram begin, shape (n-grams,)."""
        return np.cumsum(self.counts) - self.counts


def phrases(stream: WordStream, length: int) -> Phrases:
    """Bring together the equal n-grams of `length` words; none goes over the end of a line.

    Two n-grams are taken for one when their 64-bit keys are equal: among ten million distinct ones that happens with a
    probability of 3 in a million.
    """
    count = len(stream.words) - length + 1
    if count <= 0:
        return group(np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.int64))
    word_keys = stream.keys[stream.words]
    keys = word_keys[:count].copy()
    for offset in range(1, length):
        keys *= _ODD
        keys ^= keys >> _SHIFT
        keys += word_keys[offset : offset + count]
    keys *= _ODD
    keys ^= keys >> _SHIFT
    lines = stream.lines()
    positions = np.flatnonzero((lines[:count] == lines[length - 1 :]) & (stream.words[:count] != LINE_START))
    return group(keys[positions], positions)


def group(keys: NDArray[np.uint64], positions: NDArray[np.int64]) -> Phrases:
    """Bring equal keys together; `positions` rise, and say where each key stands."""
    if not len(keys):
        return Phrases(keys, np.zeros(0, dtype=np.int64), positions)
    # A number that begins with the key's high bits and ends with its place: to sort numbers is quicker than to sort
    # places by keys, and those of one key stay in order.
    width = np.uint64(len(keys).bit_length())
    packed = (keys >> width << width) | np.arange(len(keys), dtype=np.uint64)
    packed.sort()
    order = (packed & ((np.uint64(1) << width) - np.uint64(1))).astype(np.int64)
    ordered = keys[order]
    packed >>= width
    first = np.append(True, packed[1:] != packed[:-1])
    if not np.array_equal(first[1:], ordered[1:] != ordered[:-1]):
        # Two keys alike in their high bits.
        order = np.argsort(keys, kind="stable")
        ordered = keys[order]
        first = np.append(True, ordered[1:] != ordered[:-1])
    starts = np.flatnonzero(first)
    return Phrases(ordered[starts], np.diff(starts, append=len(keys)), positions[order])
