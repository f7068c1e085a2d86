"""Spans of characters, and the words of a text: the only coordinates detectors speak in.

A span is half-open, ``[start, end)``, in characters of one text. A word is a run of letters and digits, one ideograph,
or one sign of punctuation, in whole graphemes: combining marks belong to the character they follow. White space belongs
to no word, nor does a mark that stands on white space.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import accumulate
from typing import NamedTuple

from detectors.graphemes import may_be_parted, stretches, widen

# Scripts written without blanks would make whole sentences one word: each of their characters is a word of its own.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_FLAG = "[\U0001f1e6-\U0001f1ff]{2}"
WORD = rf"{_FLAG}|[{_UNSPACED}]|[^\W{_UNSPACED}]+(?:['’][^\W\d_]+)*|[^\w\s]"
"""A pattern of words, as they are before graphemes join some of them."""
# The same for text that is all ASCII, as most is, in two thirds of the time.
ASCII_WORD = r"\w+(?:'[^\W\d_]+)*|[^\w\s\x1c-\x1f]"
_WORD, _ASCII_WORD = re.compile(f"({WORD})"), re.compile(f"({ASCII_WORD})", re.ASCII)
_IDEOGRAPH = re.compile(f"[{_UNSPACED}]")
_JOINER = "\u200d"
SENTENCE_ENDS = frozenset(".!?…。！？")


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Characters ``[start, end)`` of a text, with a score in 0..1 (how sure the detector is).

    Raises
    ------
    ValueError
        When the span is empty, reversed or starts before the text.
    """

    start: int
    end: int
    score: float = 1.0

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"not a span: [{self.start}, {self.end})")

    def __len__(self) -> int:
        return self.end - self.start


class Word(NamedTuple):
    """One word of a text and the characters ``[start, end)`` it covers."""

    text: str
    start: int
    end: int


# Words are most of what a quick detector makes: this is `Word._make` without its Python frame.
_WORD_OF = partial(tuple.__new__, Word)


def is_ideograph(character: str) -> bool:
    """Tell whether a character is of a script written without blanks: a word of its own."""
    return _IDEOGRAPH.match(character) is not None


def words(text: str) -> list[Word]:
    """Split a text into its words, in order; white space is left out."""
    if not may_be_parted(text):
        return _cut(text, 0)
    found: list[Word] = []
    for start, end, plain in stretches(text):
        cut = _cut(text[start:end], start)
        found += cut if plain else _join(text, cut, start, end)
    return found


def _cut(text: str, offset: int) -> list[Word]:
    # The text between words, then a word, in turn: to split is several times faster than to find one after the other.
    pieces = (_ASCII_WORD if text.isascii() else _WORD).split(text)
    edges = list(accumulate(map(len, pieces), initial=offset))
    return list(map(_WORD_OF, zip(pieces[1::2], edges[1::2], edges[2::2], strict=False)))


def _join(text: str, found: list[Word], start: int, end: int) -> list[Word]:
    """Join words of [start, end) that meet inside a grapheme, and letters to the word whose mark they follow."""
    wide = widen(text, found, start, end)
    # Only here and there is anything to join: what stands between is taken over as it is.
    joined: list[Word] = []
    done = 0
    for index in wide.suspects:
        if index > done:
            joined += found[done:index]
        done = index + 1
        start, end = wide.starts[index], wide.ends[index]
        if joined and _belongs(text, joined[-1], start, end):
            # Its characters are filled in at the end: a word of many marks would be copied at each of them.
            joined[-1] = Word("", joined[-1].start, max(joined[-1].end, end))
        elif start < end:
            joined.append(Word("", start, end))
    return [word if word.text else Word(text[word.start : word.end], *word[1:]) for word in joined + found[done:]]


def _belongs(text: str, left: Word, start: int, end: int) -> bool:
    """Tell whether the characters [start, end) are part of the word on their left."""
    if start != left.end:
        return start < left.end
    last = text[start - 1]
    if last == _JOINER:
        return True
    letters = text[left.start].isalnum() and end > start and text[start].isalnum()
    return letters and not last.isalnum() and not _IDEOGRAPH.match(text, start)


def merge(spans: Iterable[Span]) -> list[Span]:
    """Sort spans and join those that overlap or touch; a joined span keeps the highest score."""
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.start <= merged[-1].end:
            last = merged[-1]
            merged[-1] = Span(last.start, max(last.end, span.end), max(last.score, span.score))
        else:
            merged.append(span)
    return merged


def clip(spans: Iterable[Span], start: int, end: int) -> list[Span]:
    """Keep what lies inside ``[start, end)``, in the coordinates of the whole text."""
    return [
        Span(max(span.start, start), min(span.end, end), span.score)
        for span in spans
        if max(span.start, start) < min(span.end, end)
    ]


def complement(spans: Iterable[Span], length: int) -> list[Span]:
    """Return the stretches of a text of `length` characters that no span covers."""
    gaps: list[Span] = []
    position = 0
    for span in merge(spans):
        if span.start > position:
            gaps.append(Span(position, min(span.start, length)))
        position = max(position, span.end)
    if position < length:
        gaps.append(Span(position, length))
    return gaps


def from_words(text: str, parts: Sequence[Word], scores: Sequence[float], threshold: float) -> list[Span]:
    """Turn one score a word into spans.

    Neighbouring words at or above `threshold` become one span when only blanks stand between them; a line break or the
    end of a sentence ends a span. The score of a span is the mean of its words'.

    Parameters
    ----------
    text
        The text the words come from.
    parts
        Its words, in order.
    scores
        One score in 0..1 for each word.
    threshold
        The least score of a style word.

    Raises
    ------
    ValueError
        When there are more words than scores, or fewer.
    """
    if len(parts) != len(scores):
        raise ValueError(f"{len(scores)} scores do not fit {len(parts)} words")
    spans: list[Span] = []
    first = last = -1
    # Most words are none of style: only the others are looked at one by one.
    for index in [index for index, score in enumerate(scores) if score >= threshold]:
        if first >= 0 and (index != last + 1 or _parted(text, parts[last], parts[index])):
            spans.append(_span(parts, scores, first, last))
            first = index
        first = index if first < 0 else first
        last = index
    if first >= 0:
        spans.append(_span(parts, scores, first, last))
    return spans


def _span(parts: Sequence[Word], scores: Sequence[float], first: int, last: int) -> Span:
    """Make one span of the words from `first` to `last`."""
    return Span(parts[first].start, parts[last].end, sum(scores[first : last + 1]) / (last + 1 - first))


def _parted(text: str, left: Word, right: Word) -> bool:
    """Tell whether a line break or the end of a sentence stands between two neighbouring words."""
    gap = text[left.end : right.start]
    return "\n" in gap or (bool(gap) and left.text[0] in SENTENCE_ENDS)
