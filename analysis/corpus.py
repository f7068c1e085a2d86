"""Traces of any model, read in every shape users have, and paired by question."""

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from typing import Any

from analysis.sources.shards import find_shards, read_source
from detectors.errors import DataError

_THINKING = ("thinking", "reasoning_content", "reasoning", "reasoning_text", "think")
_ANSWER = ("answer", "response", "output", "completion", "content")
_PROMPT = ("prompt", "question", "instruction", "problem", "input", "query")
_DIALOGUE = ("messages", "conversations", "dialogs", "dialog", "conversation")
_ASSISTANT = frozenset({"assistant", "gpt", "model", "bot"})
_USER = frozenset({"user", "human"})
_OPEN, _CLOSE = "<think>", "</think>"


@dataclass(frozen=True, slots=True)
class CorpusTrace:
    """What one model wrote on one question.

    Attributes
    ----------
    id
        The row's own id; the hash of the prompt, or of the text, where it has none.
    prompt
        The question; empty when the row does not say.
    thinking
        The reasoning, without its marks; the whole text where nothing tells the two apart.
    answer
        What follows the reasoning; empty when there is nothing.
    model
        The model's name; empty when unknown.
    """

    id: str
    prompt: str
    thinking: str
    answer: str = ""
    model: str = ""

    @property
    def question(self) -> str:
        """A name for the question that is the same for every model: the hash of the prompt, or the id."""
        return _hash(self.prompt) if self.prompt else self.id


def read_corpus(path: str | os.PathLike[str]) -> list[CorpusTrace]:
    """Read all traces of a corpus; `stream_corpus` says what is read.

    Raises
    ------
    UsageError
        When there is no such file, or it must be said which of several is meant.
    DataError
        When a file or a row cannot be read, or an id comes twice; names file and line (row, where there are no lines).
    """
    traces: list[CorpusTrace] = []
    seen: dict[tuple[str, str], str] = {}
    for row, where, _ in read_source(find_shards(Path(path))):
        trace = read_trace(row, where)
        first = seen.setdefault((trace.model, trace.id), where)
        if first != where and row.get("id") not in (None, ""):
            file, _, number = first.rpartition(":")
            place = f"line {number}" if where.rpartition(":")[0] == file else f"{file}, line {number}"
            raise DataError(f"the id {trace.id!r} was already used on {place}", where=where)
        traces.append(trace)
    return traces


def stream_corpus(path: str | os.PathLike[str]) -> Iterator[CorpusTrace]:
    """Read the traces of a corpus one after the other; memory does not grow with its size.

    Read are JSON lines, also compressed (``.jsonl.gz``, ``.jsonl.zst``), Parquet, folders of shards of one of these,
    patterns of names, and folders that Hugging Face's ``Dataset.save_to_disk`` wrote (`analysis.sources.shards`).

    Understood are, in this order: ``messages``, ShareGPT's ``conversations`` (``from``/``value``) and ``dialogs``, each
    with the thinking in a field of the last assistant message or in ``<think>`` marks; ``thinking`` or ``reasoning`` or
    ``reasoning_content`` beside an answer; ``prompt`` with ``completion`` or ``response``; plain ``text``.

    Unlike `read_corpus` it does not look for ids that come twice.

    Raises
    ------
    UsageError
        When there is no such file, or it must be said which of several is meant; raised at the first step.
    DataError
        When a file or a row cannot be read; names file and line (row, where there are no lines).
    """
    for row, where, _ in read_source(find_shards(Path(path))):
        yield read_trace(row, where)


@dataclass(frozen=True, slots=True)
class Corpus:
    """The traces of a file or folder, read anew each time they are gone through.

    Attributes
    ----------
    path
        What `stream_corpus` reads.
    """

    path: str | os.PathLike[str]

    def __iter__(self) -> Iterator[CorpusTrace]:
        """Read the traces from the first on."""
        return stream_corpus(self.path)


def read_trace(row: Mapping[str, Any], where: str) -> CorpusTrace:
    """Read one row; `where` is its place for error messages.

    Raises
    ------
    DataError
        When the row has no shape that `stream_corpus` knows, or a field is of a wrong type.
    """
    prompt, thinking, answer = _dialogue(row, where) if _first(row, _DIALOGUE) is not None else _flat(row, where)
    if not (thinking or answer):
        raise DataError("the trace is empty", where=where, advice="leave rows without a text out")
    identifier = row.get("id")
    if identifier is None or identifier == "":
        identifier = _hash(prompt or thinking)
    return CorpusTrace(str(identifier), prompt, thinking, answer, str(row.get("model") or ""))


def _question(row: Mapping[str, Any], where: str) -> str:
    """Return the prompt; of an instruction with an input (Alpaca), both."""
    if not _text(row, ("prompt", "question"), where):
        parts = [_text(row, (name,), where) for name in ("instruction", "input")]
        if all(parts):
            return "\n\n".join(parts)
    return _text(row, _PROMPT, where)


def _flat(row: Mapping[str, Any], where: str) -> tuple[str, str, str]:
    prompt = _question(row, where)
    thinking = _text(row, _THINKING, where)
    answer = _text(row, _ANSWER, where)
    if not thinking and not answer:
        answer = _text(row, ("text",), where)
        if not answer:
            known = ", ".join((*_DIALOGUE[:3], *_THINKING[:3], "completion", "text"))
            raise DataError(
                f"no trace in this row; it has {', '.join(map(repr, row)) or 'nothing'}",
                where=where,
                advice=f"expected one of: {known}",
            )
    return prompt, *_split(thinking, answer)


def _dialogue(row: Mapping[str, Any], where: str) -> tuple[str, str, str]:
    messages = _first(row, _DIALOGUE)
    if not isinstance(messages, list) or not all(isinstance(message, dict) for message in messages):
        raise DataError(f"a dialogue must be a list of messages, got {str(messages)[:60]!r}", where=where)
    prompt = ""
    reply: Mapping[str, Any] | None = None
    for message in messages:
        role = str(_first(message, ("role", "from")) or "")
        if role in _USER and reply is None:
            prompt = _text(message, ("content", "value"), where)
        elif role in _ASSISTANT:
            reply = message
    if reply is None:
        raise DataError("no message of an assistant in this dialogue", where=where)
    thinking = _text(reply, _THINKING, where) or _text(row, _THINKING, where)
    return prompt, *_split(thinking, _text(reply, ("content", "value"), where))


def _split(thinking: str, answer: str) -> tuple[str, str]:
    """Part thinking from answer by the marks in the answer, where the row did not."""
    if not thinking and _CLOSE in answer:
        thinking, _, answer = answer.partition(_CLOSE)
    elif not thinking:
        thinking, answer = answer, ""
    return thinking.strip().removeprefix(_OPEN).removesuffix(_CLOSE).strip(), answer.strip()


def _first(row: Mapping[str, Any], names: Iterable[str]) -> object:
    return next((row[name] for name in names if row.get(name) is not None), None)


def _text(row: Mapping[str, Any], names: Iterable[str], where: str) -> str:
    for name in names:
        value = row.get(name)
        if isinstance(value, str) and value:
            return value
        if isinstance(value, list) and all(isinstance(part, dict) for part in value):
            return "".join(str(part.get("text") or "") for part in value)
        if value is not None and not isinstance(value, str):
            raise DataError(f"{name!r} must be text, got {str(value)[:60]!r}", where=where)
    return ""


def _hash(text: str) -> str:
    return hashlib.sha256(" ".join(text.split()).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def pair(student: Iterable[CorpusTrace], teacher: Iterable[CorpusTrace]) -> list[tuple[CorpusTrace, CorpusTrace]]:
    """Pair the traces of two models that answer the same question: by the prompt, and by id what is left after that.

    The prompt goes first because an id may be no more than a row's number; the id finds those whose prompts differ by a
    template. Each trace is used once; questions only one of the two answers are left out. The order is the student's.
    """
    asked, answers = list(student), list(teacher)
    partners: dict[int, CorpusTrace] = {}
    used: set[int] = set()
    for name in (attrgetter("question"), attrgetter("id")):
        waiting: dict[str, list[CorpusTrace]] = {}
        for other in reversed(answers):
            if id(other) not in used:
                waiting.setdefault(name(other), []).append(other)
        for place, trace in enumerate(asked):
            if place not in partners and waiting.get(name(trace)):
                partners[place] = waiting[name(trace)].pop()
                used.add(id(partners[place]))
    return [(asked[place], partners[place]) for place in sorted(partners)]
