"""A text cut into words and line feeds, as phrases are matched with it.

Words are those of `detectors.spans.words`. Here a line feed is an item of its own between them: a phrase, which holds
none, then ends at a line feed as it does at any other word, and no position has to be looked up among the line starts.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate

from detectors.graphemes import may_be_parted
from detectors.places import LINE_FEED, normalise
from detectors.spans import ASCII_WORD, SENTENCE_ENDS, WORD, Span, words

_ITEM = re.compile(f"({WORD}|\n)")
_ASCII_ITEM = re.compile(f"({ASCII_WORD}|\n)", re.ASCII)
_FEED = re.compile("(\n)")


@dataclass(frozen=True, slots=True)
class CutText:
    """The items of a text.

    Attributes
    ----------
    pieces
        What stands before an item, then the item, in turn, and what stands after the last; together, the text.
    items
        The items as phrases spell them, and one line feed more: the end of a text is the end of a line.
    """

    pieces: list[str]
    items: list[str]

    @property
    def word_items(self) -> list[int]:
        """The indices of the items that are words."""
        return [index for index, item in enumerate(self.items) if item != LINE_FEED]

    def start(self, index: int) -> int:
        """Return where an item starts, in characters."""
        return sum(map(len, self.pieces[: 2 * index + 1]))

    def spans(self, weights: Mapping[int, float], threshold: float) -> list[Span]:
        """Do what `detectors.spans.from_words` does, for the few items that have a weight, in order."""
        pieces, edges = self.pieces, list(accumulate(map(len, self.pieces)))
        spans: list[Span] = []
        first, last = -1, -2
        for index in [index for index, weight in weights.items() if weight >= threshold]:
            # A sentence ends at its last sign only where something stands between the sign and the next item.
            parted = index != last + 1 or (pieces[2 * index] and pieces[2 * last + 1][0] in SENTENCE_ENDS)
            if first >= 0 and parted:
                spans.append(_span(edges, weights, first, last))
            if first < 0 or parted:
                first = index
            last = index
        if first >= 0:
            spans.append(_span(edges, weights, first, last))
        return spans


def _span(edges: list[int], weights: Mapping[int, float], first: int, last: int) -> Span:
    """Make one span of the items from `first` to `last`."""
    score = sum(map(weights.__getitem__, range(first, last + 1))) / (last + 1 - first)
    return Span(edges[2 * first], edges[2 * last + 1], score)


def cut(text: str) -> CutText:
    """Cut a text into words and line feeds."""
    if text.isascii():
        pieces = _ASCII_ITEM.split(text)
        # What `normalise` does to ASCII, without a call of Python a word.
        return CutText(pieces, [*map(str.lower, pieces[1::2]), LINE_FEED])
    pieces = _pieces(text) if may_be_parted(text) else _ITEM.split(text)
    return CutText(pieces, [*map(normalise, pieces[1::2]), LINE_FEED])


def _pieces(text: str) -> list[str]:
    """Cut a text whose words may be joined at graphemes, and so are no matches of a pattern."""
    pieces: list[str] = []
    done = 0
    for word, start, end in words(text):
        pieces += [*_FEED.split(text[done:start]), word]
        done = end
    return pieces + _FEED.split(text[done:])
