"""A text as the words of its clauses: where lines and sentences begin, and what is quoted."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from detectors.places import line_starts, normalise, place_of
from detectors.spans import Word, words

LONGEST: Final = 16
"""Words that a phrase may have."""

_QUOTES = frozenset('"“”„«»')


@dataclass(frozen=True, slots=True)
class Reading:
    """The words of a text, as phrases spell them, and which of them begin a line or stand in quotation marks."""

    text: str
    parts: Sequence[Word]
    spelled: Sequence[str]
    breaks: frozenset[int]
    ends: Sequence[int]
    quoted: frozenset[int]

    @classmethod
    def of(cls, text: str) -> "Reading":
        """Cut a text into words."""
        parts = words(text)
        spelled = [normalise(word.text) for word in parts]
        breaks = line_starts(text, parts)
        ends = sorted(breaks | {len(parts)})
        return cls(text, parts, spelled, frozenset(breaks), ends, frozenset(_quoted(spelled, ends)))

    def rest(self, index: int) -> Sequence[str]:
        """Return the words from one on, as far as a finding may reach: not beyond the line."""
        end = self.ends[bisect_right(self.ends, index)]
        return self.spelled[index : min(end, index + LONGEST)]

    def place(self, index: int) -> str:
        """Name the place of a word: after a sentence, after a sign, or nothing."""
        return place_of(self.spelled[index - 1] if index else None, new_line=index in self.breaks)


def _quoted(spelled: Sequence[str], ends: Sequence[int]) -> Iterator[int]:
    """Yield the words between two quotation marks of one line, the marks too."""
    start = 0
    for end in ends:
        marks = [index for index in range(start, end) if spelled[index] in _QUOTES]
        for opening, closing in zip(marks[::2], marks[1::2], strict=False):
            yield from range(opening, closing + 1)
        start = end
