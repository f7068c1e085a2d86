"""The places of a text a phrase can be tied to, and how phrases spell words."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from detectors.spans import SENTENCE_ENDS, Word

CLAUSE_START: Final = "^"
SENTENCE, SIGN, PHRASE = "^.", "^,", "^~"
"""The three places a phrase can be tied to, as a phrase names them."""

LINE_FEED: Final = "\n"
CLAUSE_MARKS = frozenset('.!?…:;,()[]{}"“”*#-—–>→|…。！？：；，、')
PLACE_AFTER = dict.fromkeys(CLAUSE_MARKS, SIGN) | dict.fromkeys((*SENTENCE_ENDS, LINE_FEED), SENTENCE)
"""The place after a sign or a line feed; nothing else makes one."""

_LINE_FEEDS = re.compile(r"\n\s*")


@lru_cache(maxsize=1 << 16)
def normalise(text: str) -> str:
    """Return a word as phrases spell it: in lower case, with straight apostrophes."""
    return text.lower().replace("’", "'")


def place_of(previous: str | None, *, new_line: bool) -> str:
    """Name the place after a sign: `SENTENCE`, `SIGN`, or nothing after another word.

    Parameters
    ----------
    previous
        The word before, as phrases spell it; None at the start of the text.
    new_line
        Whether a line starts here.
    """
    return SENTENCE if new_line or previous is None else PLACE_AFTER.get(previous, "")


def line_starts(text: str, parts: Sequence[Word]) -> set[int]:
    """Return the indices of the words that begin a line; the first word of the text is not among them."""
    starts = [word.start for word in parts]
    found = {bisect_left(starts, feeds.end()) for feeds in _LINE_FEEDS.finditer(text)}
    return found - {0, len(parts)}
