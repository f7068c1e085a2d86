"""Verbatim strings -> spans: where in a text the phrases stand that an annotator listed."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from analysis.annotation.faults import ParaphrasedSpanError, WrongOrderError
from detectors.spans import Span, words

_Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Located:
    """The spans of a list of strings.

    Attributes
    ----------
    spans
        One a string: in order, disjoint, at word bounds.
    ambiguous
        Whether the strings could stand elsewhere and still keep order and word bounds.
    """

    spans: tuple[Span, ...]
    ambiguous: bool


def locate(text: str, strings: Sequence[str]) -> Located:
    """Find strings in a text, verbatim, at word bounds, in order and disjoint.

    Where several layouts keep the order, the one with the most strings at the start of a clause (of a line, or after a
    sign) is taken, for that is where style stands; among equals, the one in which the first string comes earliest, then
    the second, and so on. Needs time proportional to the text and the number of occurrences.

    Raises
    ------
    ParaphrasedSpanError
        When a string does not stand in the text, or only inside its words.
    WrongOrderError
        When the strings stand there, but not all in this order.
    """
    opening = _word_starts(text)
    ends = {word.end for word in words(text)}
    places = [_places(text, string, opening, ends) for string in strings]
    for string, found in zip(strings, places, strict=True):
        if not found:
            where = "stands only inside longer words of" if string and string in text else "does not stand in"
            raise ParaphrasedSpanError(
                f"the span {_quote(string)} {where} the text",
                advice="copy spans letter by letter, whole words, with their capitals and signs",
            )
    _check_order(strings, places)
    values, ways = _lay_out(places, opening)
    spans: list[Span] = []
    position = 0
    for found, value in zip(places, values, strict=True):
        possible = range(bisect_left(found, (position, 0)), len(found))
        # `max` keeps the first of equals.
        start, position = found[max(possible, key=value.__getitem__)]
        spans.append(Span(start, position))
    return Located(tuple(spans), ways > 1)


def _quote(string: str) -> str:
    return repr(string if len(string) <= 80 else f"{string[:77]}...")


def _word_starts(text: str) -> dict[int, bool]:
    """Map the start of every word to whether a clause starts there."""
    starts: dict[int, bool] = {}
    before = None
    for word in words(text):
        gap = text[before.end : word.start] if before else "\n"
        mark = before is not None and not before.text[-1].isalnum()
        # A sign that touches the word ("x=so", "(so") opens no clause.
        starts[word.start] = "\n" in gap or (bool(gap) and mark)
        before = word
    return starts


def _places(text: str, string: str, starts: dict[int, bool], ends: set[int]) -> list[_Place]:
    found: list[_Place] = []
    start = text.find(string) if string else -1
    while start >= 0:
        end = start + len(string)
        if start in starts and end in ends:
            found.append((start, end))
        start = text.find(string, start + 1)
    return found


def _check_order(strings: Sequence[str], places: Sequence[Sequence[_Place]]) -> None:
    """Lay every string as early as it can be: if that fails, no layout keeps the order."""
    position = 0
    for number, (string, found) in enumerate(zip(strings, places, strict=True), start=1):
        index = bisect_left(found, (position, 0))
        if index == len(found):
            raise WrongOrderError(
                f"the span {_quote(string)}, number {number} of the list, does not stand after the ones before it",
                advice="keep the order of the text, no span inside another, no phrase more often than it stands there",
            )
        position = found[index][1]


def _lay_out(places: Sequence[Sequence[_Place]], opening: dict[int, bool]) -> tuple[list[list[int]], int]:
    """Value every place of every string by the best layout of it and all later strings; count the layouts, up to 2.

    A place from which the later strings cannot be laid out has a value below zero.
    """
    values: list[list[int]] = []
    later: list[_Place] = []
    best_after, ways_after = [0], [1]
    for found in reversed(places):
        value: list[int] = []
        best, ways = [-1], [0]
        for start, end in reversed(found):
            follow = bisect_left(later, (end, 0))
            rest = best_after[follow]
            value.append(rest + opening[start] if rest >= 0 else -1)
            best.append(max(best[-1], value[-1]))
            ways.append(min(2, ways[-1] + ways_after[follow]))
        values.append(value[::-1])
        later, best_after, ways_after = list(found), best[::-1], ways[::-1]
    return values[::-1], ways_after[0] if places else 1
