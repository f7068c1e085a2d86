"""Tokens cut into words once, for the many that are cut alike whatever stands before them."""

from dataclasses import dataclass
from re import compile as pattern
from typing import Final

from detectors.graphemes import may_be_parted
from detectors.spans import is_ideograph, words
from detectors.tokens.histories import gap_flags
from detectors.tokens.lexemes import Lexemes
from detectors.tokens.tail import shorten

ODD: Final = 0
"""How this token is cut depends on more than is told here."""
BLANK: Final = 1
"""White space only."""
APART: Final = 2
"""Its first word is never a part of the word before."""
JOINING: Final = 3
"""Its first word goes on with an open word, if there is one."""
SUFFIX: Final = 4
"""It begins with an apostrophe and goes on with an open word; without one it is odd."""

_SUFFIX = pattern(r"['’][^\W\d_]")
_APOSTROPHES = "'’"


@dataclass(frozen=True, slots=True)
class TokenWords:
    """The words of a token.

    Attributes
    ----------
    kind
        See above.
    words
        Its words: text, number among the lexemes, what stands before, shortened, and its `gap_flags`. A suffix is the
        first of them.
    is_open
        Whether letters could go on with its last word.
    trail
        What stands after its last word, shortened; of white space, all.
    is_level
        For white space: whether there is no line feed or other sign in it but blanks and tabs.
    letters
        Whether its first word is of letters and apostrophes alone.
    """

    kind: int
    words: tuple[tuple[str, int, str, int], ...] = ()
    is_open: bool = False
    trail: str = ""
    is_level: bool = False
    letters: bool = False


def is_plain(text: str) -> bool:
    """Tell whether the words of a text are those of a plain pattern, and end where letters end."""
    return not may_be_parted(text) and not any(map(is_ideograph, text))


def cut_token(piece: bytes, odd_signs: str, lexemes: Lexemes) -> TokenWords:
    """Cut a token into words.

    Parameters
    ----------
    piece
        Its bytes.
    odd_signs
        Signs that make a token odd: those that may begin an escape or the text's end.
    lexemes
        Numbers its words.
    """
    try:
        text = piece.decode()
    except UnicodeDecodeError:
        return TokenWords(ODD)
    if not text or not is_plain(text) or not set(odd_signs).isdisjoint(text):
        return TokenWords(ODD)
    if text.isspace():
        return TokenWords(BLANK, trail=shorten(text), is_level=not text.strip(" \t"))
    is_suffix = _SUFFIX.match(text) is not None
    # A suffix is cut as it will be: after a letter.
    parts = words("x" + text if is_suffix else text)
    if any(word.text in _APOSTROPHES for word in parts):
        return TokenWords(ODD)
    shift = int(is_suffix)
    cut: list[tuple[str, int, str, int]] = []
    position = 0
    for word in parts:
        written = word.text[shift:] if word.start == 0 else word.text
        start = max(word.start - shift, 0)
        gap = shorten(text[position:start])
        cut.append((written, lexemes[written], gap, gap_flags(gap, 1)))
        position = start + len(written)
    joins = not cut[0][2] and (text[0].isalnum() or text[0] == "_")
    trail = shorten(text[position:])
    return TokenWords(
        SUFFIX if is_suffix else JOINING if joins else APART,
        tuple(cut),
        not trail and (text[-1].isalnum() or text[-1] == "_"),
        trail,
        letters=all(part.isalpha() for part in cut[0][0].replace("’", "'").removeprefix("'").split("'")),
    )
