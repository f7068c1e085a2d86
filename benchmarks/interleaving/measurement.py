"""What one arm did in one repetition."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tessy.trace import Role, Trace
from tessy.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Written:
    """One trace's thinking as an arm left it.

    Attributes
    ----------
    prompt
        The id of its prompt.
    stretches
        Who wrote what, in order; neighbours differ in role.
    kept
        Kept tokens by role, each in its own vocabulary.
    hand_overs
        How often the pen changed hands.
    """

    prompt: str
    stretches: Sequence[tuple[Role, str]]
    kept: Mapping[Role, int]
    hand_overs: int

    @classmethod
    def of(cls, trace: Trace) -> "Written":
        """Take what is needed from a trace of tessy."""
        stretches = [(segment.role, trace.text[segment.start : segment.end]) for segment in trace.segments]
        first, text = stretches[0]
        stretches[0] = (first, text.removeprefix("<think>\n"))
        return cls(trace.id, [part for part in stretches if part[1]], trace.tokens, trace.hand_overs)

    @property
    def text(self) -> str:
        """The whole thinking."""
        return "".join(text for _, text in self.stretches)

    def read_by(self, role: Role) -> list[str]:
        """Return what the other wrote and this role's model had to read: all before its own last stretch."""
        own = [index for index, (writer, _) in enumerate(self.stretches) if writer is role]
        return [text for writer, text in self.stretches[: own[-1] if own else 0] if writer is not role]


@dataclass(frozen=True, slots=True)
class Usage:
    """What both engines did, by role.

    Attributes
    ----------
    requests
        Requests, or turns of a session.
    made
        Tokens generated.
    prefilled
        Tokens of context computed: those of the prompt, and what the prefix cache did not hold.
    thrown
        Tokens rolled back, without what was open when a limit ended a trace; None takes all that were not kept.
    reopened
        Sessions that had to begin anew from their ids.
    """

    requests: Mapping[Role, int]
    made: Mapping[Role, int]
    prefilled: Mapping[Role, int]
    thrown: Mapping[Role, int] | None = None
    reopened: int = 0

    def since(self, before: "Usage") -> "Usage":
        """Return what was done since an earlier reading."""
        return Usage(
            _less(self.requests, before.requests),
            _less(self.made, before.made),
            _less(self.prefilled, before.prefilled),
            _less(self.thrown, before.thrown) if self.thrown is not None and before.thrown is not None else None,
            self.reopened - before.reopened,
        )


def _less(after: Mapping[Role, int], before: Mapping[Role, int]) -> dict[Role, int]:
    return {role: count - before[role] for role, count in after.items()}


@dataclass(frozen=True, slots=True)
class Measurement:
    """One arm in one repetition.

    Attributes
    ----------
    arm
        Its name.
    seconds
        Wall time from the first request to the last kept token.
    written
        The traces.
    usage
        What the engines did.
    needed
        By role, the tokens its model had to read once: prompts, and what the other wrote.
    cpu_seconds
        CPU time of our own process.
    own_memory, engine_memory
        Peaks of resident memory, in bytes: our process; the processes of servers and engines.
    message_seconds
        CPU time of the engines' threads that pass messages on.
    """

    arm: str
    seconds: float
    written: Sequence[Written]
    usage: Usage
    needed: Mapping[Role, int]
    cpu_seconds: float = 0.0
    own_memory: int = 0
    engine_memory: int = 0
    notes: Mapping[str, float] = field(default_factory=dict)
    message_seconds: float = 0.0

    @property
    def kept(self) -> int:
        """Kept tokens of all traces and both roles."""
        return sum(sum(written.kept.values()) for written in self.written)

    @property
    def hand_overs(self) -> int:
        """Hand-overs of all traces."""
        return sum(written.hand_overs for written in self.written)

    def figures(self) -> dict[str, float]:
        """Return what is reported of it."""
        made, prefilled = sum(self.usage.made.values()), sum(self.usage.prefilled.values())
        thrown = made - self.kept if self.usage.thrown is None else sum(self.usage.thrown.values())
        turns = max(1, self.hand_overs)
        return {
            "kept_tokens_per_second": self.kept / self.seconds,
            "made_per_kept": made / self.kept,
            "thrown_per_handover": thrown / turns,
            "extra_prefill_per_handover": (prefilled - sum(self.needed.values())) / turns,
            "requests_per_kept": sum(self.usage.requests.values()) / self.kept,
            "reopened_per_handover": self.usage.reopened / turns,
            "own_cpu_seconds_per_kept": self.cpu_seconds / self.kept,
            "message_cpu_seconds_per_kept": self.message_seconds / self.kept,
            "own_memory_mb": self.own_memory / 1e6,
            "engine_memory_mb": self.engine_memory / 1e6,
            "hand_overs_per_trace": self.hand_overs / len(self.written),
            "seconds": self.seconds,
            **self.notes,
        }


def needed_tokens(
    written: Sequence[Written], prompts: Mapping[Role, Mapping[str, int]], vocabularies: Mapping[Role, Vocabulary]
) -> dict[Role, int]:
    """Count by role the tokens its model had to read once.

    Parameters
    ----------
    written
        The traces.
    prompts
        By role and prompt id, the tokens of the rendered prompt.
    vocabularies
        By role.
    """
    return {
        role: sum(
            prompts[role][trace.prompt] + sum(len(vocabulary.encode(text)) for text in trace.read_by(role))
            for trace in written
        )
        for role, vocabulary in vocabularies.items()
    }


def mean_spans(written: Sequence[Written]) -> dict[str, float]:
    """Return by role the mean tokens of a stretch; the last of each trace, which a limit cut, is left in."""
    spans = {}
    for role in Role:
        stretches = sum(writer is role for trace in written for writer, _ in trace.stretches)
        spans[role.value] = sum(trace.kept.get(role, 0) for trace in written) / max(1, stretches)
    return spans
