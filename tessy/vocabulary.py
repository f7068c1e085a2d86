"""Text <-> ids in one model's vocabulary, where text is only ever text."""

import json
import re
import secrets
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self

from detectors.errors import UsageError
from tessy.control import control_marks, drop_prefix, flatten, rename_marks
from tessy.pieces import Pieces, has_pieces

# Places no pre-tokenizer or merge we know reaches across: a single blank between words, and the start of a line.
_SAFE_CUT = re.compile(r"(?<=\S) (?=\w)|(?<=\n)(?=\S)")
_WINDOWS = (96, 800, 6400)
_TAIL_IDS = 8


class Vocabulary:
    """One model's tokenizer for plain text: no blank, BOS or EOS is added, no control token comes out of a text.

    Parameters
    ----------
    tokenizer
        A fast tokenizer of transformers (one that has a `tokenizers` backend).

    Attributes
    ----------
    tokenizer
        The same, untouched.
    eos_ids
        The ids the tokenizer names as its end of sequence.
    fingerprint
        SHA-256 of the tokenizer's JSON, in hexadecimal.
    marks
        The control tokens: mark -> id.

    Raises
    ------
    UsageError
        When the tokenizer has no fast backend.
    """

    def __init__(self, tokenizer: Any) -> None:
        from tokenizers import Tokenizer

        if not getattr(tokenizer, "is_fast", False):
            raise UsageError(
                f"the tokenizer of {getattr(tokenizer, 'name_or_path', '') or 'this model'} is not a fast one",
                advice="use a model folder that has a tokenizer.json",
            )
        self.tokenizer = tokenizer
        serialized: str = tokenizer.backend_tokenizer.to_str()
        self.fingerprint = sha256(serialized.encode()).hexdigest()
        end = tokenizer.eos_token_id
        self.eos_ids: frozenset[int] = frozenset(() if end is None else [end] if isinstance(end, int) else end)
        backend = json.loads(serialized)
        self.marks: Mapping[str, int] = MappingProxyType(control_marks(backend))
        nonce = str(10**39 + secrets.randbits(128))
        self._names = {mark: f"{nonce}{index:07}" for index, mark in enumerate(self.marks)}
        self._silent = frozenset(self.marks.values())
        unknown = backend["model"].get("unk_token")
        self._forbidden = self._silent - {self.marks.get(unknown, -1)} | self.eos_ids & self._silent
        written = {t["id"]: t["content"] for t in backend["added_tokens"] if t["content"] not in self.marks}
        rename_marks(backend, self._names)
        self._whole = Tokenizer.from_str(json.dumps(backend))
        self._plain = Tokenizer.from_str(json.dumps(backend)) if drop_prefix(backend) else self._whole
        decoder = flatten(backend.get("decoder"), "decoders")
        self._pieces = Pieces(self._plain, decoder, self.marks.values(), written) if has_pieces(decoder) else None

    @property
    def pieces(self) -> Pieces | None:
        """The bytes of each token; None where what a token says depends on what stands around it."""
        return self._pieces

    @classmethod
    def load(cls, name: str, *, trust_remote_code: bool = False) -> Self:
        """Load a model's tokenizer by its name on the hub or its folder.

        Raises
        ------
        UsageError
            When there is none of that name, or it is not a fast one.
        """
        from transformers import AutoTokenizer

        if (name.startswith(("/", "./", "../", "~")) or name.count("/") > 1) and not Path(name).is_dir():
            raise UsageError(f"there is no model folder {name!r}", advice="give a folder or a name on the hub")
        try:
            tokenizer = AutoTokenizer.from_pretrained(name, trust_remote_code=trust_remote_code)
        except Exception as error:  # tokenizers raises no narrower class for a broken tokenizer.json
            first = str(error).strip().split("\n", 1)[0].rstrip(": ")
            raise UsageError(
                f"cannot load the tokenizer of {name!r}: {first}",
                advice="give a folder with a tokenizer.json, or a name on the hub",
            ) from error
        return cls(tokenizer)

    def encode(self, text: str) -> list[int]:
        """Encode plain text as it would stand in the middle of a text, where no blank is put before it."""
        ids: list[int] = self._plain.encode(text, add_special_tokens=False).ids
        if self._forbidden.isdisjoint(ids):
            return ids
        # A vocabulary whose sign for the unknown is its end of sequence: what it cannot say is left out.
        return [identifier for identifier in ids if identifier not in self._forbidden]

    def continuation(self, before: str, text: str) -> tuple[list[int], bool]:
        """Encode text as the tokenizer would where it follows `before`.

        Only the last words of `before` are looked at, back to a place that no token reaches across.

        Returns
        -------
        tuple
            The ids, and whether the ids of `before` and these are together the ids of the joined text. When not (a
            token would straddle the junction), the ids are those of `text` on its own.
        """
        if not before or not text:
            return self.encode(text), True
        tail = last_words(before)
        head = self.encode(tail)
        joined = self.encode(tail + text)
        if joined[: len(head)] == head:
            return joined[len(head) :], True
        return self.encode(text), False

    def control(self, mark: str) -> int | None:
        """Return the id of a control token such as ``</think>``, None when the vocabulary has none."""
        return self.marks.get(mark)

    def name(self, mark: str) -> str:
        """Return the secret text that `encode_whole` reads as this control token."""
        return self._names[mark]

    def encode_whole(self, text: str) -> list[int]:
        """Encode a whole rendered chat, in which control tokens are written by their `name`; BOS is not added."""
        ids: list[int] = self._whole.encode(text, add_special_tokens=False).ids
        return ids

    def texts(self, before: Sequence[int], ids: Sequence[int]) -> tuple[str, list[int]]:
        """Read ids as text where they follow `before`.

        Texts of consecutive stretches join without loss: bytes of a character that is still unfinished are left to the
        stretch that finishes it. Control tokens are read as nothing.

        Parameters
        ----------
        before
            The ids so far; only the last few are looked at.
        ids
            The ids to read.

        Returns
        -------
        tuple
            The text, and for every id how many characters of the text are complete after it.
        """
        if self._pieces is not None:
            return self._pieces.texts(before, ids)
        tail = [i for i in before[-_TAIL_IDS:] if i not in self._silent]
        start = len(self._decode(tail))
        text, ends = "", []
        for identifier in ids:
            if identifier not in self._silent:
                tail.append(identifier)
                text = self._decode(tail)[start:]
            ends.append(len(text))
        return text, ends

    def _decode(self, ids: list[int]) -> str:
        text: str = self._plain.decode(ids, skip_special_tokens=False)
        return text


def last_words(before: str) -> str:
    """Return the last words of a text, from a place where every tokenizer we know would cut.

    They are at most 96 characters, more where a text has no such place, 6,400 at most.
    """
    for window in _WINDOWS:
        if window >= len(before):
            return before
        match = _SAFE_CUT.search(before, len(before) - window)
        if match:
            return before[match.start() :]
    return before[-_WINDOWS[-1] :]
