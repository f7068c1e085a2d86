"""Prompts in: rows of a JSONL file, each a question with an id."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from analysis.jsonl import read_rows
from tessy.digests import digest64
from tessy.errors import DataError

Message = Mapping[str, str]
_ROLES = frozenset({"system", "developer", "user", "assistant"})


@dataclass(frozen=True, slots=True)
class Prompt:
    """A question to both models.

    Attributes
    ----------
    id
        Unique in its file; the hash of the messages when the row has none.
    messages
        Mappings of ``role`` and ``content``; the last one is the user's.
    metadata
        What else stood in the row; it is carried to the output untouched.
    where
        ``file:line`` of the row, for errors; empty for a prompt from elsewhere.
    """

    id: str
    messages: tuple[Message, ...]
    metadata: Mapping[str, Any] = field(default_factory=dict)
    where: str = field(default="", compare=False)

    @classmethod
    def from_text(cls, text: str, *, id: str | None = None) -> "Prompt":  # noqa: A002 - the field's own name
        """Make the prompt that asks one question."""
        messages = ({"role": "user", "content": text},)
        return cls(_hash(messages) if id is None else id, messages)


def _hash(messages: Sequence[Message]) -> str:
    text = json.dumps([dict(message) for message in messages], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _messages(row: Mapping[str, Any], where: str) -> tuple[Message, ...]:
    if "messages" not in row:
        text = row.get("prompt")
        if not isinstance(text, str) or not text:
            raise DataError(
                f"a row needs 'prompt' (text) or 'messages' (a list), it has {', '.join(map(repr, row)) or 'nothing'}"
                if "prompt" not in row
                else f"'prompt' must be text that is not empty, not {text!r}",
                where=where,
            )
        return ({"role": "user", "content": text},)
    messages = row["messages"]
    if not isinstance(messages, list) or not messages:
        raise DataError(f"'messages' must be a list with at least one message, not {messages!r}", where=where)
    for message in messages:
        if not isinstance(message, dict) or not isinstance(message.get("content"), str):
            raise DataError(f"a message needs 'role' and 'content' (text), not {message!r}", where=where)
        if message.get("role") not in _ROLES:
            raise DataError(
                f"unknown role {message.get('role')!r}", where=where, advice=f"use one of {', '.join(sorted(_ROLES))}"
            )
    if messages[-1]["role"] != "user":
        raise DataError(
            f"the last message is the {messages[-1]['role']}'s",
            where=where,
            advice="prompts end with the user's message; leave earlier answers out",
        )
    return tuple({"role": message["role"], "content": message["content"]} for message in messages)


def read_prompt(row: Mapping[str, Any], where: str) -> Prompt:
    """Read one row.

    Parameters
    ----------
    row
        A JSON object with ``prompt`` or ``messages``, and maybe ``id``.
    where
        ``file:line``, for errors.

    Raises
    ------
    DataError
        When a field is missing or of the wrong type.
    """
    messages = _messages(row, where)
    identifier = row.get("id", _hash(messages))
    if isinstance(identifier, bool) or not isinstance(identifier, str | int) or identifier == "":
        raise DataError(f"'id' must be text or a whole number, not {identifier!r}", where=where)
    try:
        str(identifier).encode()
    except UnicodeEncodeError:
        raise DataError(f"'id' {identifier!r} holds half of a surrogate pair, which is not text", where=where) from None
    metadata = {key: value for key, value in row.items() if key not in {"id", "prompt", "messages"}}
    return Prompt(str(identifier), messages, metadata, where)


def read_prompts(path: Path, *, limit: int | None = None) -> Iterator[Prompt]:
    """Read a file of prompts, one at a time; `limit` stops after so many.

    Raises
    ------
    UsageError
        When the file does not exist.
    DataError
        At a row that cannot be read, or whose id stood in an earlier line.
    """
    # Digests keep the memory of a million prompts small.
    lines: dict[int, int] = {}
    for line, row in islice(read_rows(path), limit):
        where = f"{path}:{line}"
        prompt = read_prompt(row, where)
        digest = digest64(prompt.id)
        if digest in lines:
            raise DataError(
                f"id {prompt.id!r} stands in line {lines[digest]} already",
                where=where,
                advice="ids must be unique; rows without 'id' are told apart by their text",
            )
        lines[digest] = line
        yield prompt
