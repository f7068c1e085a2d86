"""Spans of characters, and the words of a text: the only coordinates detectors speak in.

A span is half-open, ``[start, end)``, in characters of one text. A word is a run of letters and digits, one ideograph,
or one sign of punctuation; combining marks belong to the character they follow; white space belongs to no word.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

# Scripts written without blanks would make whole sentences one word: each of their characters is a word of its own.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_FLAG = "[\U0001f1e6-\U0001f1ff]{2}"
_WORD = re.compile(rf"{_FLAG}|[{_UNSPACED}]|[^\W{_UNSPACED}]+(?:['’][^\W\d_]+)*|[^\w\s]")
# The same for text that is all ASCII, as most is, in two thirds of the time.
_ASCII_WORD = re.compile(r"\w+(?:'[^\W\d_]+)*|[^\w\s\x1c-\x1f]", re.ASCII)
_IDEOGRAPH = re.compile(f"[{_UNSPACED}]")
_JOINER = "\u200d"
_SKIN_TONES = frozenset(map(chr, range(0x1F3FB, 0x1F400)))
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


def words(text: str) -> list[Word]:
    """Split a text into its words, in order; white space is left out."""
    if text.isascii():
        return [Word(match.group(), *match.span()) for match in _ASCII_WORD.finditer(text)]
    return _join_marks(text, [Word(match.group(), *match.span()) for match in _WORD.finditer(text)])


def _join_marks(text: str, found: list[Word]) -> list[Word]:
    """Give every combining mark to the word it stands on, so that no bound falls inside a grapheme."""
    joined: list[Word] = []
    for word in found:
        touches = bool(joined) and joined[-1].end == word.start
        if touches and (_extends(word.text[0]) or _continues(joined[-1].text, word.text)):
            start = joined[-1].start
            joined[-1] = Word(text[start : word.end], start, word.end)
        elif word.start == 0 or not _extends(word.text[0]):
            joined.append(word)
    return joined


def _extends(character: str) -> bool:
    return character == _JOINER or character in _SKIN_TONES or unicodedata.category(character)[0] == "M"


def _continues(left: str, right: str) -> bool:
    """Tell whether the letters after a mark are the rest of its word."""
    if left.endswith(_JOINER):
        return True
    return left[0].isalnum() and right[0].isalnum() and _extends(left[-1]) and not _IDEOGRAPH.match(right)


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
    """
    spans: list[Span] = []
    run: list[int] = []

    def close() -> None:
        mean = sum(scores[index] for index in run) / len(run)
        spans.append(Span(parts[run[0]].start, parts[run[-1]].end, mean))
        run.clear()

    for index, (word, score) in enumerate(zip(parts, scores, strict=True)):
        if score < threshold:
            if run:
                close()
            continue
        if run and _parted(text, parts[run[-1]], word):
            close()
        run.append(index)
    if run:
        close()
    return spans


def _parted(text: str, left: Word, right: Word) -> bool:
    """Tell whether a line break or the end of a sentence stands between two neighbouring words."""
    gap = text[left.end : right.start]
    return "\n" in gap or (bool(gap) and left.text[0] in SENTENCE_ENDS)
