"""What the logistic detector sees of a word: hashed features of the word and its neighbours, for a whole text at once.

A feature is a template (see `detectors.templates`) and what it saw; its hash picks one of ``2 ** BITS`` weights (the
hashing trick, Weinberger et al. 2009, ICML). Templates read at most `CONTEXT` words to the left, and to the right only
as many as asked for, so a word has the same features in any two texts that agree around it.
"""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

import numpy as np
from numpy.typing import NDArray

from detectors.reading import REACH, SHIFT, Codes, hash_of, read
from detectors.spans import Word
from detectors.templates import Template, templates

BITS: Final = 22
"""A quarter of a million features were fitted to 20 bits at a loss of 0.006 in F1: too many shared a weight."""
CONTEXT: Final = REACH + 1

SALT: Final = 0x1234567
SPREAD, TOP = np.uint64(0xD6E8FEB86659FD93), np.uint64(64 - BITS)


def features(
    text: str, parts: Sequence[Word], lookahead: int = 0, familiar: AbstractSet[str] = frozenset()
) -> NDArray[np.uint32]:
    """Hash the features of every word of a text.

    Parameters
    ----------
    text
        The text.
    parts
        Its words; at least one.
    lookahead
        Words to the right to read.
    familiar
        Words that are not foreign to narration, as phrases spell them.

    Returns
    -------
    numpy.ndarray
        Shape (words, templates): the weight each feature has. The width depends on `lookahead` alone.
    """
    return np.stack(list(hashed_templates(text, parts, lookahead, familiar)), axis=1).astype(np.uint32)


def hashed_templates(
    text: str, parts: Sequence[Word], lookahead: int = 0, familiar: AbstractSet[str] = frozenset()
) -> Iterator[NDArray[np.int64]]:
    """Yield the columns of `features` one by one, as indices: this takes less memory, and so less time."""
    for number, template in enumerate(templates(read(text, parts, familiar), lookahead)):
        yield buckets_of(template.codes, number)


def named_features(
    text: str, parts: Sequence[Word], lookahead: int = 0, familiar: AbstractSet[str] = frozenset()
) -> list[Template]:
    """Return the templates behind the columns of `features`, which say what they saw of each word."""
    return list(templates(read(text, parts, familiar), lookahead))


def word_features(spelled: Sequence[str]) -> NDArray[np.uint32]:
    """Hash the feature that a word has by itself, wherever it stands: shape (words,), for words in lower case."""
    return buckets_of(np.array([hash_of(word) for word in spelled], dtype=np.uint64), 0).astype(np.uint32)


def buckets_of(codes: Codes, template: int | NDArray[np.int64]) -> NDArray[np.int64]:
    """Choose a weight for what a template, or each of several, saw of each word."""
    mixed = codes + np.asarray(template * SALT + 1).astype(np.uint64)
    mixed ^= mixed >> SHIFT
    mixed *= SPREAD
    mixed >>= TOP
    # Far below 2 ** 63: the same bits as signed integers are what numpy takes for indices without a copy.
    return mixed.view(np.int64)
