"""Text in blocks that a browser lays out one by one, each a list of parts by one author."""

from collections.abc import Iterable
from enum import IntEnum
from typing import NamedTuple

_BLOCK = 2_000
_LONGEST = 20_000


class Mark(IntEnum):
    """What a part is to its text; pages know the numbers."""

    KEPT = 0
    BEGINS = 1
    """Kept, and the author takes the pen here."""
    THROWN = 2
    """A draft that was thrown away: no part of the text."""


class Part(NamedTuple):
    """Some text by one author."""

    role: str
    text: str
    mark: Mark = Mark.KEPT


Block = list[Part]


def blocks(parts: Iterable[Part]) -> list[Block]:
    """Cut parts into blocks of about 2,000 characters.

    A block ends where a line does. A line that goes on for 20,000 characters is cut at a blank, and shows as two.

    Returns
    -------
    list[list[Part]]
        The texts of all parts in order, joined, are those that were given.
    """
    found: list[Block] = [[]]
    length = 0
    for role, text, mark in parts:
        rest, now = text, mark
        while mark is not Mark.THROWN and (cut := _cut(rest, length)):
            found[-1].append(Part(role, rest[:cut], now))
            found.append([])
            length, rest, now = 0, rest[cut:], Mark.KEPT
        if rest:
            found[-1].append(Part(role, rest, now))
            length += 0 if mark is Mark.THROWN else len(rest)
    return found if found[-1] else found[:-1]


def _cut(text: str, length: int) -> int:
    """Return where to end a block in a text that follows `length` of its characters; 0 for nowhere."""
    if length + len(text) <= _BLOCK:
        return 0
    line_end = text.find("\n", max(_BLOCK - length, 0), max(_LONGEST - length, 1)) + 1
    if line_end or length + len(text) <= _LONGEST:
        return line_end
    return text.find(" ", max(_LONGEST - length, 0)) + 1
