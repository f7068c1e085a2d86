"""Tokens cut into words once, for the many that are cut alike whatever stands before them."""

from re import compile as pattern

import numpy as np

from detectors.graphemes import may_be_parted
from detectors.spans import is_ideograph, words
from detectors.tokens import layout as of
from detectors.tokens.decoding import TokenPieces
from detectors.tokens.gaps import gap_code
from detectors.tokens.layout import Numbers, Tokens
from detectors.tokens.lexemes import Lexemes

_SUFFIX = pattern(r"['’][^\W\d_]")
_APOSTROPHES = "'’"
_ODD = (of.ODD, 0, 0, 0, 0, 0, 0, 0)
_MOST = 1 << 21
"""No vocabulary is as large: ids from here on, which anybody may ask for, are not remembered."""

Part = tuple[int, int]
"""A word of a token: its number among the lexemes, and the code of what stands before it."""
Cut = tuple[int, ...]
"""See `detectors.tokens.layout`."""


class TokenWords:
    """What is known of tokens.

    Parameters
    ----------
    pieces
        The vocabulary: token id -> bytes.
    odd_signs
        Signs that make a token odd: those that may begin an escape or the text's end.
    lexemes
        Numbers the words.

    Attributes
    ----------
    tokens
        The tokens met so far, for compiled code; another one when tokens are added.
    """

    tokens: Tokens

    def __init__(self, pieces: TokenPieces, odd_signs: str, lexemes: Lexemes) -> None:
        self._pieces, self._odd_signs, self._lexemes = pieces, odd_signs, lexemes
        self.clear()

    def clear(self) -> None:
        """Forget all tokens, for the numbers of words have changed."""
        self._more = 0
        self.tokens = Tokens(np.zeros((1024, 8), dtype=np.int32), np.zeros((1024, 2), dtype=np.int32))

    def learn(self, token: int) -> Numbers:
        """Return how a token is cut: shape (8,)."""
        if not 0 <= token < _MOST:
            return np.array(_ODD, dtype=np.int32)
        cuts, more = self.tokens
        if token >= len(cuts) or cuts[token, of.KIND] == of.UNMET:
            cut, parts = cut_token(self._pieces[token], self._odd_signs, self._lexemes)
            cuts, more = _widen(cuts, token + 1), _widen(more, self._more + len(parts))
            cuts[token] = cut
            if parts:
                cuts[token, of.MORE] = self._more
                more[self._more : self._more + len(parts)] = parts
            self._more += len(parts)
            self.tokens = Tokens(cuts, more)
        row: Numbers = cuts[token]
        return row


def _widen(array: Numbers, size: int) -> Numbers:
    """Return an array of at least so many rows that begins with the rows of this one."""
    if size <= len(array):
        return array
    return np.concatenate([array, np.zeros((max(size, 2 * len(array)) - len(array), array.shape[1]), dtype=np.int32)])


def is_plain(text: str) -> bool:
    """Tell whether the words of a text are those of a plain pattern, and end where letters end."""
    return not may_be_parted(text) and not any(map(is_ideograph, text))


def cut_token(piece: bytes, odd_signs: str, lexemes: Lexemes) -> tuple[Cut, list[Part]]:
    """Cut a token into words; return the cut, but for the place of its words after the first, and those words.

    Parameters
    ----------
    piece
        Its bytes.
    odd_signs, lexemes
        See `TokenWords`.
    """
    try:
        text = piece.decode()
    except UnicodeDecodeError:
        return _ODD, []
    if not text or not is_plain(text) or not set(odd_signs).isdisjoint(text):
        return _ODD, []
    if text.isspace():
        return (of.BLANK, 0, 0, 0, 0, 0, gap_code(text), not text.strip(" \t")), []
    is_suffix = _SUFFIX.match(text) is not None
    # A suffix is cut as it will be: after a letter.
    found = words("x" + text if is_suffix else text)
    if any(word.text in _APOSTROPHES for word in found):
        return _ODD, []
    shift = int(is_suffix)
    parts: list[Part] = []
    position = 0
    for word in found:
        written = word.text[shift:] if word.start == 0 else word.text
        start = max(word.start - shift, 0)
        parts.append((lexemes[written], gap_code(text[position:start])))
        position = start + len(written)
    (number, gap), *more = parts
    first = lexemes.texts[number]
    joins = not gap and (text[0].isalnum() or text[0] == "_")
    trail = gap_code(text[position:])
    is_open = not trail and (text[-1].isalnum() or text[-1] == "_")
    letters = all(part.isalpha() for part in first.replace("’", "'").removeprefix("'").split("'"))
    kind = of.SUFFIX if is_suffix else of.JOINING if joins else of.APART
    return (kind, number, gap, 0, len(more), is_open, trail, letters), more
