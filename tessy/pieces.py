"""The bytes every token stands for, so that text can be read off token by token."""

import re
from codecs import getincrementaldecoder
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from tessy.control import Backend

_BYTE_PIECE = re.compile(r"<0x([0-9A-Fa-f]{2})>")
_UTF8 = getincrementaldecoder("utf-8")


class Pieces(dict[int, bytes]):
    """Token id -> its bytes in the middle of a text, filled as ids are met; control tokens and unknown ids are empty.

    Parameters
    ----------
    tokenizer
        A `tokenizers.Tokenizer`; only `id_to_token` is used.
    decoder
        The steps of its decoder.
    silent
        Ids that stand for no text.
    written
        The added tokens that are text: in byte-level vocabularies, they alone are not spelled in signs for bytes.

    Attributes
    ----------
    escapes
        Two signs -> the one that the decoder makes of them.
    """

    def __init__(
        self, tokenizer: Any, decoder: Sequence[Backend], silent: Collection[int], written: Mapping[int, str]
    ) -> None:
        super().__init__(dict.fromkeys(silent, b""))
        self._token = tokenizer.id_to_token
        self._alphabet: dict[str, int] = {}
        if decoder[0]["type"] == "ByteLevel":
            self._alphabet = _byte_alphabet()
            self.update({identifier: content.encode() for identifier, content in written.items()})
        self._blanks = [mark for step in decoder if (mark := _blank(step))]
        self._fallback = any(step["type"] == "ByteFallback" for step in decoder)
        self.escapes = dict(escape for step in decoder if (escape := _escape(step)))
        self._escaped = re.compile("|".join(map(re.escape, self.escapes)))

    def __missing__(self, identifier: int) -> bytes:
        piece = self[identifier] = self._bytes(self._token(identifier) or "")
        return piece

    def _bytes(self, token: str) -> bytes:
        if self._alphabet:
            try:
                return bytes([self._alphabet[character] for character in token])
            except KeyError:
                return token.encode()
        if self._fallback and (match := _BYTE_PIECE.fullmatch(token)):
            return bytes([int(match[1], 16)])
        for mark in self._blanks:
            token = token.replace(mark, " ")
        return token.encode()

    def texts(self, before: Sequence[int], ids: Sequence[int]) -> tuple[str, list[int]]:
        """Read ids as text; see `Vocabulary.texts`."""
        utf8 = _UTF8("replace")
        held = self._held(utf8.decode(self._tail(before)))
        text, ends, length = [], [], 0
        for identifier in ids:
            part = utf8.decode(self[identifier])
            if self.escapes:
                part = held + part
                held = self._held(part)
                part = self._escaped.sub(lambda match: self.escapes[match.group()], part.removesuffix(held))
            length += len(part)
            text.append(part)
            ends.append(length)
        return "".join(text), ends

    def _held(self, text: str) -> str:
        """Return the sign at the end of a text that may begin an escape."""
        return next((escape[0] for escape in self.escapes if text.endswith(escape[0])), "")

    def _tail(self, before: Sequence[int]) -> bytes:
        """Return up to six bytes before the ids: an open escape and an unfinished character are no longer than that."""
        tail = b""
        for identifier in reversed(before):
            tail = self[identifier] + tail
            if len(tail) >= 6:
                break
        return tail[-6:]


def has_pieces(decoder: Sequence[Backend]) -> bool:
    """Tell whether every token of a tokenizer with this decoder has bytes of its own, whatever stands around it."""
    kinds = [step["type"] for step in decoder]
    if kinds == ["ByteLevel"]:
        return True
    known = {"Replace", "Metaspace", "ByteFallback", "Fuse", "Strip"}
    understood = all(_blank(step) or _escape(step) for step in decoder if step["type"] == "Replace")
    return understood and any(_blank(step) for step in decoder) and known.issuperset(kinds)


def _blank(step: Backend) -> str:
    """Return what a decoding step turns into a blank; empty for a step that does something else."""
    if step["type"] == "Metaspace":
        return str(step["replacement"])
    if step["type"] == "Replace" and step["content"] == " ":
        return str(step["pattern"].get("String", ""))
    return ""


def _escape(step: Backend) -> tuple[str, str] | None:
    """Return the two signs that a decoding step turns into one, as vocabularies do that keep a ``▁`` of the text."""
    if step["type"] != "Replace" or step["content"] == " " or not (written := step["pattern"].get("String")):
        return None
    return (written, step["content"]) if len(written) == 2 and len(step["content"]) == 1 else None


def _byte_alphabet() -> dict[str, int]:
    """Return the characters that stand for bytes in byte-level vocabularies (Radford et al. 2019, GPT-2)."""
    shown = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    hidden = [byte for byte in range(0x100) if byte not in set(shown)]
    return {chr(byte): byte for byte in shown} | {chr(0x100 + rank): byte for rank, byte in enumerate(hidden)}
