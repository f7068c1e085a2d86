"""What is kept of each trace: a few sums, from which every measure of loss is computed."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Final, Self

from analysis.corpus import CorpusTrace

RANK_LIMIT: Final = 100
"""Ranks above it count as this one: to a student, all tokens so far down are alike (arXiv 2601.14249)."""
STYLE: Final = "style"
CAPABILITY: Final = "capability"
THINKING: Final = "thinking"
"""Style and capability together, where no detector has split them."""
ANSWER: Final = "answer"


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums over some tokens of a trace.

    Attributes
    ----------
    tokens
        How many there are.
    characters
        How many characters of the text are theirs; each character is one token's.
    nats
        The sum of their negative log-likelihoods, in nats.
    ranks
        The sum of their ranks among all tokens of the vocabulary, 1 for the likeliest, each `RANK_LIMIT` at most.
    """

    tokens: int = 0
    characters: int = 0
    nats: float = 0.0
    ranks: int = 0

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(*(getattr(self, field.name) + getattr(other, field.name) for field in fields(self)))


@dataclass(frozen=True, slots=True)
class TraceSums:
    """The sums of one trace.

    Attributes
    ----------
    key
        What `key_of` says of the trace.
    question
        The name of its question.
    parts
        The sums by part: style and capability, or without a detector the thinking as a whole; and the answer, where
        answers are scored.
    """

    key: str
    question: str
    parts: Mapping[str, Sums]

    @property
    def total(self) -> Sums:
        """The sums of all parts together."""
        return sum(self.parts.values(), Sums())

    def as_row(self) -> dict[str, Any]:
        """Return what a journal keeps."""
        return {
            "key": self.key,
            "question": self.question,
            "parts": {name: asdict(p) for name, p in self.parts.items()},
        }

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Self:
        """Read what `as_row` made.

        Raises
        ------
        KeyError, TypeError, ValueError, AttributeError
            When it is something else.
        """
        parts = {}
        for name, found in row["parts"].items():
            counts = (int(found["tokens"]), int(found["characters"]), float(found["nats"]), int(found["ranks"]))
            parts[str(name)] = Sums(*counts)
        return cls(str(row["key"]), str(row["question"]), parts)


def key_of(trace: CorpusTrace) -> str:
    """Return a hash of all that decides the sums of a trace: its prompt, its thinking and its answer."""
    content = json.dumps([trace.prompt, trace.thinking, trace.answer])
    return hashlib.sha256(content.encode()).hexdigest()[:24]
