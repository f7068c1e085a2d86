"""The n-grams of a stream of words, equal ones brought together."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analysis.counting.word_stream import LINE_START

_ODD: Final = np.uint64(0x9E3779B97F4A7C15)
_SHIFT: Final = np.uint64(29)
_HALF: Final = 32


@dataclass(frozen=True, slots=True)
class Phrases:
    """The distinct n-grams of one length, and where each stands.

    Attributes
    ----------
    words
        The words of each n-gram, int32 of shape (n-grams, length); rows rise.
    counts
        How often each stands there, int64 of shape (n-grams,).
    positions
        The places of their first words in the stream: those of the first n-gram, in order, then those of the next;
        int32 of shape (all occurrences,).
    """

    words: NDArray[np.int32]
    counts: NDArray[np.int64]
    positions: NDArray[np.int32]

    def documents(self, texts: NDArray[np.int32]) -> NDArray[np.int64]:
        """Count the texts that hold each n-gram.

        Parameters
        ----------
        texts
            The number of the text of each place of the stream, int32; it never falls.
        """
        if not len(self.counts):
            return self.counts
        found = texts[self.positions]
        is_new = np.append(True, found[1:] != found[:-1])
        ends = np.cumsum(self.counts)
        is_new[ends[:-1]] = True
        return np.diff(np.cumsum(is_new)[ends - 1], prepend=0)


def phrases(words: NDArray[np.int32], longest: int) -> Iterator[Phrases]:
    """Yield the n-grams of 1 word, of 2 words and so on up to `longest`; none goes over the start of a line.

    n-grams are sorted by counting: those of one word more are the ones there are with a word before, in the order of
    that word, and among equal words in the order they have already. So nothing is compared, and nothing hashed.

    Parameters
    ----------
    words
        Word after word, int32 of shape (places,), `LINE_START` where a line starts, as at the very beginning.
    longest
        The most words of an n-gram.
    """
    places, starts = _sorted(np.arange(len(words), dtype=np.int64), words)
    positions = places.astype(np.int32)
    found = Phrases(words[positions[starts]][:, None], _counts(starts, positions), positions)
    yield found
    for _ in range(1, longest):
        # Each place before an n-gram, with the number of that n-gram in the high half.
        numbers = np.repeat(np.arange(len(found.counts), dtype=np.int64) << _HALF, found.counts)
        before = found.positions - 1
        both, starts = _sorted(numbers | before, words[before])
        positions, numbers = both.astype(np.int32), both >> _HALF
        is_first = np.append(numbers[:1] >= 0, numbers[1:] != numbers[:-1])
        is_first[starts] = True
        starts = np.flatnonzero(is_first)
        first_words = words[positions[starts]]
        spelled = np.column_stack([first_words, found.words.take(numbers[starts], axis=0)])
        found = Phrases(spelled, _counts(starts, positions), positions)
        yield found


def _sorted(values: NDArray[np.int64], words: NDArray[np.int32]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Sort values by their words, leaving out `LINE_START`; returns them, and where each word's begin.

    Values of one word stay in order.
    """
    from scipy.sparse import csr_array

    shape = 1, int(words.max(initial=LINE_START)) + 1
    by_word = csr_array((values, words, np.array([0, len(words)], dtype=np.int32)), shape=shape).tocsc()
    starts = by_word.indptr[LINE_START + 1 :] - by_word.indptr[LINE_START + 1]
    return by_word.data[by_word.indptr[LINE_START + 1] :], starts[:-1][np.diff(starts) > 0].astype(np.int64)


def _counts(starts: NDArray[np.int64], positions: NDArray[np.int32]) -> NDArray[np.int64]:
    return np.diff(starts, append=len(positions))


def keys_of_phrases(words: NDArray[np.int32], keys: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Hash n-grams to 64 bits; single words have their own keys.

    Two n-grams are taken for one when their keys are equal: among ten million distinct ones that happens with a
    probability of 3 in a million.

    Parameters
    ----------
    words
        The words of each n-gram, int32 of shape (n-grams, length).
    keys
        A hash of every word, uint64.
    """
    found = keys[words[:, 0]]
    for column in words.T[1:]:
        found = _mixed(found) + keys[column]
    return found if words.shape[1] == 1 else _mixed(found)


def _mixed(keys: NDArray[np.uint64]) -> NDArray[np.uint64]:
    mixed = keys * _ODD
    return mixed ^ (mixed >> _SHIFT)


def find_keys(
    rising_keys: NDArray[np.uint64], wanted: NDArray[np.uint64]
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return for each wanted key its place among keys that rise, and whether it is there at all."""
    place = np.searchsorted(rising_keys, wanted)
    known = place < len(rising_keys)
    known[known] = rising_keys[place[known]] == wanted[known]
    return place, known


def rising(keys: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Return the places of keys in rising order; keys that are equal stay in order."""
    # A number that begins with the key's high bits and ends with its place: to sort numbers is quicker than to sort
    # places by keys.
    width = np.uint64(len(keys).bit_length())
    packed = (keys >> width << width) | np.arange(len(keys), dtype=np.uint64)
    packed.sort()
    order = (packed & ((np.uint64(1) << width) - np.uint64(1))).astype(np.int64)
    ordered = keys[order]
    # Two keys may be alike in their high bits.
    return order if np.all(ordered[1:] >= ordered[:-1]) else np.argsort(keys, kind="stable")
