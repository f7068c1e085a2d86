"""What one batch of texts holds: its distinct terms of every length, with counts and document frequencies."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from analysis.counting.phrases import Phrases, keys_of_phrases, phrases, rising
from analysis.counting.word_cutter import WordCutter
from analysis.counting.word_stream import LINE_START, WordStream


@dataclass(frozen=True, slots=True)
class Terms:
    """Distinct terms of one length.

    Attributes
    ----------
    keys
        uint64 of shape (terms,), rising.
    counts, documents
        How often each stands there, and in how many texts; int64 of shape (terms,).
    words
        Its words, int32 of shape (terms, length): places in a list of spellings.
    """

    keys: NDArray[np.uint64]
    counts: NDArray[np.int64]
    documents: NDArray[np.int64]
    words: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class BatchCounts:
    """The counts of some texts.

    Attributes
    ----------
    by_length
        The terms of 1 word, of 2 words and so on.
    spellings
        The words that `Terms.words` names.
    texts, words
        How many texts there are, and words in them.
    """

    by_length: tuple[Terms, ...]
    spellings: tuple[str, ...]
    texts: int
    words: int


def count_batch(texts: Sequence[str], longest: int, cutter: WordCutter) -> BatchCounts:
    """Count the words and n-grams of up to `longest` words of some texts."""
    stream = cutter.cut(texts)
    single = _words(stream)
    by_length = [single]
    if longest > 1:
        words, texts_of = stream.in_order()
        by_length += [_terms(found, stream.keys, texts_of) for found in islice(phrases(words, longest), 1, None)]
    # Only the spellings of these texts go out.
    used = single.words[:, 0]
    place = np.zeros(len(stream.spellings), dtype=np.int32)
    place[used] = np.arange(len(used), dtype=np.int32)
    renamed = [Terms(terms.keys, terms.counts, terms.documents, place[terms.words]) for terms in by_length]
    spellings = tuple(map(stream.spellings.__getitem__, used.tolist()))
    return BatchCounts(tuple(renamed), spellings, len(texts), int(single.counts.sum()))


def _words(stream: WordStream) -> Terms:
    by_text = stream.by_text()
    # Sums of whole numbers far below 2**53 are exact in floats.
    counts = np.bincount(by_text.indices, weights=by_text.data, minlength=LINE_START + 1).astype(np.int64)
    counts[LINE_START] = 0
    used = np.flatnonzero(counts)
    documents = np.bincount(by_text.indices, minlength=len(counts))
    return _in_order(stream.keys[used], counts[used], documents[used], used.astype(np.int32)[:, None])


def _terms(found: Phrases, keys: NDArray[np.uint64], texts: NDArray[np.int32]) -> Terms:
    return _in_order(keys_of_phrases(found.words, keys), found.counts, found.documents(texts), found.words)


def _in_order(
    keys: NDArray[np.uint64], counts: NDArray[np.int64], documents: NDArray[np.int64], words: NDArray[np.int32]
) -> Terms:
    order = rising(keys)
    return Terms(keys[order], counts[order], documents[order], words.take(order, axis=0))
