"""What one batch of texts holds: its distinct terms of every length, with counts and document frequencies."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.counting.phrases import Phrases, phrases
from analysis.counting.word_stream import LINE_START, WordCutter, WordStream


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
        texts_of = stream.texts()
        by_length += [_terms(phrases(stream, length), stream, texts_of, length) for length in range(2, longest + 1)]
    # Only the spellings of these texts go out.
    used = single.words[:, 0]
    place = np.zeros(len(stream.spellings), dtype=np.int32)
    place[used] = np.arange(len(used), dtype=np.int32)
    renamed = [Terms(terms.keys, terms.counts, terms.documents, place[terms.words]) for terms in by_length]
    spellings = tuple(stream.spellings[word] for word in used)
    return BatchCounts(tuple(renamed), spellings, len(texts), int(stream.sizes().sum()))


def _words(stream: WordStream) -> Terms:
    """Count single words: they have numbers already, so nothing needs to be sorted but the distinct ones."""
    from scipy.sparse import csr_array

    shape = len(stream.bounds) - 1, len(stream.spellings)
    ones = np.ones(len(stream.words), dtype=np.int8)
    # Turned over, the table lists for each word the texts it stands in, in order, one entry an occurrence.
    turned = csr_array((ones, stream.words, stream.bounds.astype(np.int32)), shape=shape).tocsc()
    counts = np.diff(turned.indptr).astype(np.int64)
    documents = np.zeros(len(counts), dtype=np.int64)
    documents[counts > 0] = _documents(turned.indices, turned.indptr[:-1][counts > 0].astype(np.int64))
    counts[LINE_START] = 0
    used = np.flatnonzero(counts)
    used = used[np.argsort(stream.keys[used])]
    return Terms(stream.keys[used], counts[used], documents[used], used.astype(np.int32)[:, None])


def _terms(found: Phrases, stream: WordStream, texts: NDArray[np.int32], length: int) -> Terms:
    first = found.positions[found.starts]
    words = np.stack([stream.words[first + offset] for offset in range(length)], axis=1)
    return Terms(found.keys, found.counts, _documents(texts[found.positions], found.starts), words)


def _documents(texts: NDArray[np.int32], starts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Count the distinct texts of each run of `texts`, in each of which they rise; no run is empty."""
    if not len(texts):
        return np.zeros(0, dtype=np.int64)
    is_new = np.append(True, texts[1:] != texts[:-1])
    is_new[starts] = True
    return np.add.reduceat(is_new, starts, dtype=np.int64)
