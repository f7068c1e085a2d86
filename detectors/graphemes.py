"""Graphemes: what a reader sees as one character, such as a letter with its accents, or a flag (Unicode Annex 29)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray

# Blocks of characters that are always graphemes by themselves; anything else may be part of a longer one.
_SINGLE = (
    "\x00-\u02ff\u0370-\u0482\u1d00-\u1dbf\u1e00-\u200b\u200e-\u20cf\u2100-\u2cee\u2e00-\u3029\u3030-\u3098\u309b-\ua66e\uac00-\ud7af"
    "\uf900-\ufaff\uff00-\uff9d\ufffc\ufffd\U0001d400-\U0001d7ff\U0001f200-\U0001f3fa\U0001f400-\U0001faff"
)
_OTHER = re.compile(f"[^{_SINGLE}]")
_BLANK = re.compile(r"\s")
_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]{2}")
# Two characters that join to their neighbours as a flag does: in a long row of flags, `regex` counts back to the first.
_LIKE_A_FLAG = "a\u0301"
_FAR = 10_000


def may_be_parted(text: str) -> bool:
    """Tell whether a text can hold a grapheme of several characters (a carriage return and line feed apart)."""
    return _OTHER.search(text) is not None


def stretches(text: str) -> list[tuple[int, int, bool]]:
    """Cut a text at line feeds into stretches [start, end) that hold graphemes of several characters and plain ones.

    Returns
    -------
    list of tuple
        Start, end, and whether the stretch is plain: whether each of its characters is a grapheme. A plain stretch
        between two others is at least `_FAR` characters long, so that there are few.
    """
    places = np.fromiter((match.start() for match in _OTHER.finditer(text)), dtype=np.intp)
    groups = np.split(places, np.flatnonzero(np.diff(places) > _FAR) + 1)
    found: list[tuple[int, int, bool]] = []
    done = 0
    for first, last in ((int(group[0]), int(group[-1])) for group in groups if group.size):
        start = max(text.rfind("\n", done, first), done)
        end = text.find("\n", last)
        end = len(text) if end < 0 else end
        found += [(done, start, True), (start, end, False)] if first >= done else [(done, end, False)]
        done = end
    return [*found, (done, len(text), True)]


@lru_cache(maxsize=1)
def _grapheme() -> Any:
    # Most texts hold only graphemes of one character: they never load the package.
    import regex

    return regex.compile(r"\X")


@dataclass(frozen=True, slots=True)
class Widened:
    """Stretches of a text with bounds outside graphemes.

    Attributes
    ----------
    starts, ends
        The bounds in characters; those of stretches that met inside a grapheme overlap, and an empty one has
        ``end <= start``.
    suspects
        The indices of the stretches that were changed, or touch one that ends with part of a grapheme.
    """

    starts: list[int]
    ends: list[int]
    suspects: list[int]


def widen(text: str, pieces: Sequence[tuple[str, int, int]], first: int, last: int) -> Widened:
    """Move bounds that fall inside a grapheme outwards, to its ends; a grapheme with white space in it is left out.

    Parameters
    ----------
    text
        The text.
    pieces
        Stretches of it in order: their characters, start and end.
    first, last
        The part [first, last) of the text in which they lie; no grapheme goes over its ends.
    """
    if not pieces:
        return Widened([], [], [])
    lengths = map(len, _grapheme().findall(_FLAG.sub(_LIKE_A_FLAG, text[first:last])))
    edges = np.fromiter(accumulate(lengths, initial=first), dtype=np.intp)
    blanks = np.fromiter((match.start() for match in _BLANK.finditer(text, first, last)), dtype=np.intp)
    _, starts, ends = zip(*pieces, strict=True)
    old_starts, old_ends = np.array(starts, dtype=np.intp), np.array(ends, dtype=np.intp)
    before, after = _around(edges, old_starts)
    new_starts = np.where(_blank(blanks, before, after), after, before)
    before, after = _around(edges, old_ends)
    new_ends = np.where(_blank(blanks, before, after), before, after)
    suspect = (new_starts != old_starts) | (new_ends != old_ends)
    parted = np.fromiter((_OTHER.match(text, end - 1) is not None for end in ends), dtype=np.bool_, count=len(pieces))
    suspect[1:] |= suspect[:-1] | (parted[:-1] & (old_starts[1:] == old_ends[:-1]))
    return Widened(new_starts.tolist(), new_ends.tolist(), np.flatnonzero(suspect).tolist())


def _around(edges: NDArray[np.intp], places: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the last edge at or before each place, and the first at or after it."""
    return (
        edges[np.searchsorted(edges, places, side="right") - 1],
        edges[np.searchsorted(edges, places, side="left")],
    )


def _blank(blanks: NDArray[np.intp], before: NDArray[np.intp], after: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Tell between which places there is white space."""
    return np.asarray(np.searchsorted(blanks, before) < np.searchsorted(blanks, after))
