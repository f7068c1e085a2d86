"""Bytes of tokens -> the characters they complete."""

from codecs import getincrementaldecoder
from collections.abc import Mapping
from re import compile as pattern
from re import escape as literal
from typing import Protocol

_UTF8 = getincrementaldecoder("utf-8")


class TokenPieces(Protocol):
    """Token id -> its bytes in the middle of a text (`tessy.pieces.Pieces` is one)."""

    @property
    def escapes(self) -> Mapping[str, str]:
        """Two signs that are written for one, as vocabularies do that keep a ``▁`` of the text."""
        ...

    def __getitem__(self, token: int, /) -> bytes:
        """Return the bytes of a token; none for a control token."""
        ...


class PieceDecoder:
    """Reads bytes as text, a piece at a time; what is no UTF-8 becomes U+FFFD.

    Parameters
    ----------
    escapes
        See `TokenPieces`.
    """

    def __init__(self, escapes: Mapping[str, str]) -> None:
        self._escapes = dict(escapes)
        self._first = tuple({escape[0] for escape in escapes})
        self._escaped = pattern("|".join(map(literal, escapes)))

    def __call__(self, pending: bytes, piece: bytes) -> tuple[str, bytes]:
        """Return the characters that are complete after this piece, and the bytes of what is not.

        Parameters
        ----------
        pending
            The bytes before it that completed no character or escape yet.
        piece
            The bytes of the token.
        """
        if not pending and not self._escapes and piece.isascii():
            return piece.decode(), b""
        utf8 = _UTF8("replace")
        text = utf8.decode(pending + piece)
        rest = utf8.getstate()[0]
        if self._escapes:
            held = text[-1:] if text.endswith(self._first) else ""
            text = self._escaped.sub(lambda match: self._escapes[match.group()], text.removesuffix(held))
            rest = held.encode() + rest
        return text, rest
