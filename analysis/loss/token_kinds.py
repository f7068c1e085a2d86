"""Style spans are characters, losses are of tokens: which tokens are style, and which characters are whose."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from detectors.spans import Span


def style_tokens(text: str, offsets: NDArray[np.int64], spans: Iterable[Span]) -> NDArray[np.bool_]:
    """Tell which tokens are style.

    A token is style when more than half of its characters that are no white space lie in style spans; with as many
    inside as outside it is capability. A token of white space alone is judged by all its characters, so that a blank
    between two words of a span is style. A token of a part of a character, as of an emoji's four bytes, is judged by
    that character.

    Parameters
    ----------
    text
        The text.
    offsets
        Shape (tokens, 2): the characters [start, end) of each token.
    spans
        The style spans of the text, in any order.

    Returns
    -------
    NDArray
        Shape (tokens,).
    """
    inside = np.zeros(len(text), dtype=bool)
    for span in spans:
        inside[span.start : span.end] = True
    visible = np.fromiter((not character.isspace() for character in text), dtype=bool, count=len(text))
    starts, ends = np.clip(offsets[:, 0], 0, max(len(text) - 1, 0)), np.clip(offsets[:, 1], 0, len(text))
    ends = np.maximum(ends, np.minimum(starts + 1, len(text)))

    def count(marked: NDArray[np.bool_]) -> NDArray[np.int64]:
        sums = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(marked, dtype=np.int64)])
        return np.asarray(sums[ends] - sums[starts])

    seen = count(visible)
    every, style = np.where(seen > 0, seen, ends - starts), np.where(seen > 0, count(visible & inside), count(inside))
    return np.asarray(2 * style > every)


def characters_of_tokens(offsets: NDArray[np.int64], length: int) -> NDArray[np.int64]:
    """Share the characters of a text among its tokens, each to one: int64 of shape (tokens,) that sums to `length`.

    A token owns what stands between the end of the token before it and its own. Characters that no token covers go to
    the next one, those at the end of the text to the last; of several tokens of one character the first owns it.
    """
    if not len(offsets):
        return np.zeros(0, dtype=np.int64)
    ends = np.maximum.accumulate(np.clip(offsets[:, 1], 0, length))
    ends[-1] = length
    return np.diff(ends, prepend=0)
