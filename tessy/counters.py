"""What a trace cost each of its two models: the figures of a run's report and of a row's totals."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any


@dataclass(slots=True)
class Counters:
    """What one role's model did for one trace, or for all traces of a run.

    Attributes
    ----------
    requests
        How often the model was asked to go on.
    made
        Tokens it generated.
    kept
        Those of them that are in the trace.
    thrown
        Those of them that were rolled back. The rest ended the thinking or the answer, or was still open at a limit.
    prefilled
        Tokens of context it read to go on. Where a server does not say what it had in its cache: all of them.
    cached
        Tokens of context it had read before and did not read again, where that is known.
    waiting
        Seconds from asking to the answer, summed.
    hand_overs
        How often this role gave the pen away.
    seams
        Stretches of the other's text that could not be cut into tokens as the tokenizer cuts the whole text.
    reopened
        How often a session in the engine had to begin anew from its ids.
    span_tokens
        Kept tokens of the spans that a hand-over ended.
    spans
        How many spans of a length were kept between two hand-overs, by the length in tokens rounded down to a power of
        two (0, 1, 2, 4, 8, ...).
    """

    requests: int = 0
    made: int = 0
    kept: int = 0
    thrown: int = 0
    prefilled: int = 0
    cached: int = 0
    waiting: float = 0.0
    hand_overs: int = 0
    seams: int = 0
    reopened: int = 0
    span_tokens: int = 0
    spans: dict[int, int] = field(default_factory=dict)

    def add_span(self, tokens: int) -> None:
        """Count a span of so many kept tokens."""
        bucket = 1 << (tokens.bit_length() - 1) if tokens else 0
        self.spans[bucket] = self.spans.get(bucket, 0) + 1
        self.span_tokens += tokens

    def add(self, other: "Counters") -> None:
        """Add another trace's figures to these."""
        for entry in fields(self):
            if entry.name != "spans":
                setattr(self, entry.name, getattr(self, entry.name) + getattr(other, entry.name))
        for bucket, count in other.spans.items():
            self.spans[bucket] = self.spans.get(bucket, 0) + count

    def as_row(self) -> Mapping[str, Any]:
        """Return the figures as JSON can hold them; waiting in seconds to the millisecond."""
        row: dict[str, Any] = {entry.name: getattr(self, entry.name) for entry in fields(self)}
        row["waiting"] = round(self.waiting, 3)
        row["spans"] = {str(bucket): self.spans[bucket] for bucket in sorted(self.spans)}
        return row
