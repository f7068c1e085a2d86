"""A trace two models wrote together: who wrote which characters, and why it ended."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from tessy.counters import Counters
from tessy.prompts import Prompt

THINKING_OPENS = "<think>\n"
THINKING_CLOSES = "</think>\n\n"


class Role(StrEnum):
    """Which of the two models writes."""

    TEACHER = "teacher"
    STUDENT = "student"

    @property
    def other(self) -> "Role":
        """The role a hand-over goes to."""
        return Role.STUDENT if self is Role.TEACHER else Role.TEACHER


class StopReason(StrEnum):
    """Why a trace ended. Only a `FINISHED` one has its whole answer."""

    FINISHED = "finished"
    THINKING_LIMIT = "thinking_limit"
    ANSWER_LIMIT = "answer_limit"
    HAND_OVER_LIMIT = "hand_over_limit"
    TIME_LIMIT = "time_limit"
    CONTEXT_LIMIT = "context_limit"
    REPETITION = "repetition"


@dataclass(frozen=True, slots=True)
class Segment:
    """Characters ``[start, end)`` of a trace's text and the role that wrote them."""

    role: Role
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Piece:
    """What one role wrote between two hand-overs: its text and the token ids of its own vocabulary."""

    role: Role
    text: str
    token_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ThrownDraft:
    """What a role had drafted beyond the place where it handed over.

    Attributes
    ----------
    role
        Who drafted it.
    position
        Where it would have stood, in characters of the trace's text.
    text
        What it says, up to the last whole character.
    """

    role: Role
    position: int
    text: str


@dataclass(frozen=True, slots=True)
class Unfinished:
    """The thinking of a trace that is being written.

    Attributes
    ----------
    role
        Who has the pen.
    ended
        Whether the thinking has come to its end, so that only the answer is missing.
    pieces
        What is written.
    thrown
        Drafts that were thrown away, where they are kept.
    """

    role: Role
    ended: bool
    pieces: tuple[Piece, ...]
    thrown: tuple[ThrownDraft, ...] = ()


@dataclass(frozen=True, slots=True)
class Trace:
    """One thinking text with its answer.

    Attributes
    ----------
    prompt
        What was asked.
    text
        The assistant's whole text: thinking in ``<think>`` marks, then the answer.
    segments
        Who wrote it; they cover `text` exactly, in order, and neighbours differ in role. The marks are the writer's
        who stands beside them.
    stop_reason
        Why it ended.
    tokens
        Kept tokens by role, each in its own vocabulary.
    totals
        What the trace cost each role's model; of a resumed trace, what it cost since.
    hand_overs
        How often the pen changed hands.
    thrown
        The drafts that were thrown away at hand-overs, in order; None where they are not kept.
    """

    prompt: Prompt
    text: str
    segments: tuple[Segment, ...]
    stop_reason: StopReason
    tokens: Mapping[Role, int] = field(default_factory=dict)
    totals: Mapping[Role, Counters] = field(default_factory=dict)
    hand_overs: int = 0
    thrown: tuple[ThrownDraft, ...] | None = None

    @property
    def id(self) -> str:
        """The id of its prompt."""
        return self.prompt.id

    @property
    def thinking(self) -> str:
        """The text between the thinking marks, without the blanks at its ends."""
        return self.text.removeprefix(THINKING_OPENS).split(THINKING_CLOSES)[0].strip()

    @property
    def answer(self) -> str:
        """The text after the thinking; empty when the trace ended before."""
        return self.text.partition(THINKING_CLOSES)[2]

    @property
    def teacher_token_share(self) -> float:
        """The teacher's part of the kept tokens, 0..1."""
        total = sum(self.tokens.values())
        return self.tokens.get(Role.TEACHER, 0) / total if total else 0.0

    def _repr_html_(self) -> str:
        """Return the trace in colour, for notebooks."""
        from tessy.records import trace_row
        from tessy.viewer.fragment import fragment
        from tessy.viewer.trace_view import read_view

        return fragment(read_view(trace_row(self, {}), where=self.id))


def assemble(thinking: Sequence[Piece], answer: Sequence[Piece], *, closed: bool) -> tuple[str, tuple[Segment, ...]]:
    """Join pieces into a trace's text and segments.

    Parameters
    ----------
    thinking, answer
        The pieces in the order they were written.
    closed
        Whether the thinking came to its end; if not, the text stays open and has no answer.

    Returns
    -------
    tuple
        The text, and segments that cover it exactly.
    """
    opener = thinking[0].role if thinking else (answer[0].role if answer else Role.STUDENT)
    written: list[tuple[Role, str]] = [(opener, THINKING_OPENS), *((piece.role, piece.text) for piece in thinking)]
    if closed:
        closer = answer[0].role if answer else written[-1][0]
        line_break = "" if written[-1][1].endswith("\n") else "\n"
        written += [(closer, line_break + THINKING_CLOSES), *((piece.role, piece.text) for piece in answer)]
    segments: list[Segment] = []
    position = 0
    for role, text in written:
        if not text:
            continue
        end = position + len(text)
        if segments and segments[-1].role is role:
            segments[-1] = Segment(role, segments[-1].start, end)
        else:
            segments.append(Segment(role, position, end))
        position = end
    return "".join(text for _, text in written), tuple(segments)
