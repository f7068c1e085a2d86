"""What a reader sees of one trace."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analysis.corpus import CorpusTrace
from tessy.trace import THINKING_CLOSES, THINKING_OPENS
from tessy.viewer import row_fields
from tessy.viewer.blocks import Block, Mark, Part, blocks
from tessy.viewer.costs import cost_rows


@dataclass(frozen=True, slots=True)
class TraceView:
    """One row as pages show it.

    Attributes
    ----------
    id
        The row's id; empty when it has none.
    question
        The last message of the user.
    question_name
        A name for the question, the same for every model (`analysis.corpus.CorpusTrace.question`).
    before
        The other messages before the reply: role and text.
    thinking, answer
        The text between the thinking marks, and what follows them.
    closed
        Whether the thinking came to its end.
    keeps_drafts
        Whether the row keeps the text of drafts that were thrown away, be there any or not.
    facts
        The row's ``stop_reason``, ``tokens``, ``totals``, ``hand_overs``, ``provenance`` and ``metadata``, as far as
        it has them.
    """

    id: str
    question: str
    question_name: str
    before: tuple[tuple[str, str], ...]
    thinking: list[Block]
    answer: list[Block]
    closed: bool
    keeps_drafts: bool
    facts: Mapping[str, Any]

    def tokens(self, role: str) -> int:
        """Return the kept tokens of a role; 0 when the row does not say."""
        return int(self.facts.get("tokens", {}).get(role, 0))

    def as_dict(self) -> dict[str, Any]:
        """Return the view as JSON can hold it, without what pages do not show."""
        return {
            "id": self.id,
            "question": self.question,
            "before": self.before,
            "thinking": self.thinking,
            "answer": self.answer,
            "closed": self.closed,
            "keeps_drafts": self.keeps_drafts,
            "tokens": self.facts.get("tokens", {}),
            "costs": cost_rows(self.facts.get("totals", {})),
            "provenance": _listing(self.facts.get("provenance")),
            "metadata": _listing(self.facts.get("metadata")),
        }


def read_view(row: Mapping[str, Any], where: str) -> TraceView:
    """Read a row that `tessy.records.trace_row` made; `where` is its place for error messages.

    A row may have a field ``thrown`` besides: the drafts that were thrown away, each ``[role, position, text]`` with
    the position in characters of the assistant's text.

    Raises
    ------
    DataError
        When the row has another shape, or its segments do not cover its text exactly.
    """
    *before, (_, text) = row_fields.messages(row, where)
    asked = max((place for place, (role, _) in enumerate(before) if role == "user"), default=len(before))
    question = before.pop(asked)[1] if asked < len(before) else ""
    identifier = "" if row.get("id") is None else str(row["id"])
    segments = row_fields.segments(row, len(text), where)
    parts = _parts(text, segments, row_fields.thrown(row, len(text), where))

    opened = len(THINKING_OPENS) if text.startswith(THINKING_OPENS) else 0
    mark = text.find(THINKING_CLOSES, opened)
    closed = mark >= 0
    ended = mark if closed else len(text)
    if closed and text[opened:ended].endswith("\n"):
        # The line break before the mark belongs to the mark.
        ended -= 1
    answers = mark + len(THINKING_CLOSES)
    # What was thrown away up to the mark belongs to the thinking, even if nothing was written after it.
    thrown = (range(mark + 1), range(mark + 1, len(text) + 1)) if closed else (range(len(text) + 1), range(0))
    return TraceView(
        id=identifier,
        question=question,
        question_name=CorpusTrace(identifier, question, text).question,
        before=tuple(before),
        thinking=blocks(_between(parts, opened, ended, since=0, drafts=thrown[0])),
        answer=blocks(_between(parts, answers, len(text), since=ended, drafts=thrown[1])) if closed else [],
        closed=closed,
        keeps_drafts=row.get("thrown") is not None,
        facts=row_fields.facts(row, where),
    )


def _parts(
    text: str, segments: Sequence[tuple[str, int, int]], thrown: Sequence[tuple[str, int, str]]
) -> list[tuple[int, Part]]:
    """Return every part with its position in the text; a draft stands where it was thrown away."""
    found: list[tuple[int, Part]] = []
    drafts = list(reversed(thrown))
    author = ""
    for role, start, end in segments:
        position = start
        while position < end:
            while drafts and drafts[-1][1] <= position:
                drafter, _, draft = drafts.pop()
                found.append((position, Part(drafter, draft, Mark.THROWN)))
            stop = min(end, drafts[-1][1]) if drafts else end
            mark = Mark.BEGINS if author and role != author else Mark.KEPT
            found.append((position, Part(role, text[position:stop], mark)))
            author, position = role, stop
    return [*found, *((len(text), Part(drafter, draft, Mark.THROWN)) for drafter, _, draft in reversed(drafts))]


def _between(parts: Sequence[tuple[int, Part]], start: int, end: int, *, since: int, drafts: range) -> list[Part]:
    """Return the parts of the characters [start, end), and the drafts that were thrown away at these positions.

    Hand-overs before `since` have been shown already.
    """
    found: list[Part] = []
    for position, part in parts:
        if part.mark is Mark.THROWN:
            if position in drafts:
                found.append(part)
            continue
        text = part.text[max(start - position, 0) : max(end - position, 0)]
        if text:
            found.append(part._replace(text=text, mark=part.mark if position >= since else Mark.KEPT))
    return found


def _listing(value: object) -> str:
    """Return a value as indented JSON; as text, because a browser rounds long numbers and knows no NaN."""
    return json.dumps(value, ensure_ascii=False, indent=2) if value else ""
