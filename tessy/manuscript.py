"""The pieces of a thinking while it is written, in little memory: thousands of long traces are in work at once."""

from array import array
from collections.abc import Iterator

from tessy.trace import Piece, Role

_ROLES = tuple(Role)
_JOINED_AT = 64


class Manuscript:
    """Pieces in the order they were written: one text, one row of token ids, and where each piece ends in both.

    A token takes four bytes and its text; a piece takes nine bytes.
    """

    __slots__ = ("_chunks", "_ids", "_length", "_loose", "_roles", "_text_ends", "_token_ends")

    def __init__(self) -> None:
        self._roles = bytearray()
        self._text_ends = array("I")
        self._token_ends = array("I")
        self._ids = array("I")
        self._length = 0
        # Text comes in few characters at a time: what is loose is joined now and then, and then left alone.
        self._loose: list[str] = []
        self._chunks: list[str] = []

    def __len__(self) -> int:
        return len(self._roles)

    def __iter__(self) -> Iterator[Piece]:
        return iter(self.pieces())

    def add(self, piece: Piece) -> None:
        """Append a piece."""
        self._roles.append(_ROLES.index(piece.role))
        self._ids.extend(piece.token_ids)
        self._length += len(piece.text)
        self._text_ends.append(self._length)
        self._token_ends.append(len(self._ids))
        self._loose.append(piece.text)
        if len(self._loose) >= _JOINED_AT:
            self._chunks.append("".join(self._loose))
            self._loose.clear()

    @property
    def text(self) -> str:
        """All that is written."""
        return "".join((*self._chunks, *self._loose))

    def pieces(self, start: int = 0) -> tuple[Piece, ...]:
        """Return the pieces from number `start` on."""
        if start >= len(self):
            return ()
        text, ids = self.text, self._ids
        found = []
        text_start, token_start = (self._text_ends[start - 1], self._token_ends[start - 1]) if start else (0, 0)
        for role, text_end, token_end in zip(
            self._roles[start:], self._text_ends[start:], self._token_ends[start:], strict=True
        ):
            found.append(Piece(_ROLES[role], text[text_start:text_end], tuple(ids[token_start:token_end])))
            text_start, token_start = text_end, token_end
        return tuple(found)
