"""How a program asks two engines for drafts: the published loop, and ours."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from benchmarks.simulation.parameters import Parameters
from tessy.draft_length import cheapest
from tessy.trace import Role


class Front(StrEnum):
    """How a request reaches an engine."""

    TEXT = "text"
    """Over HTTP, as text, which the server cuts into tokens again."""
    IDS = "ids"
    """Over HTTP, as token ids."""
    PROCESS = "process"
    """A turn of a session in the same program."""


class Cut(StrEnum):
    """Where a draft is cut."""

    TOKEN = "token"
    """Before the first token of the other kind, seen at that token."""
    BEFORE_WORD = "before_word"
    """Before the first whole word of the other kind; without one, before the last word (Algorithm 1)."""
    AFTER_WORD = "after_word"
    """After that word; without one, nowhere (the released program)."""


@dataclass(frozen=True, slots=True)
class Policy:
    """A way to interleave.

    Attributes
    ----------
    name
        The same as the arm of `benchmarks.interleave` that measures it.
    front
        How requests travel.
    draft
        Tokens of one draft a role; where the engine stops at the boundary, its longest draft.
    cut
        Where a draft is cut.
    stops
        Whether the engine stops at the cut by itself.
    streams
        Whether the program reads along and hangs up at the cut.
    barrier
        Whether all traces wait for the slowest, round by round.
    """

    name: str
    front: Front
    draft: dict[Role, int]
    cut: Cut = Cut.TOKEN
    stops: bool = False
    streams: bool = False
    barrier: bool = False


_LONGEST = 256
_SPANS = 4096


def drafts(parameters: Parameters) -> dict[Role, int]:
    """Return what our program drafts where an engine cannot stop, for each role (`tessy.draft_length`).

    A token costs the time it adds to a step with the role's share of the traces in it, a request the rest: the front
    end, the way there and back, what is read again up to a block, and the other role's span.
    """
    workload, connection = parameters.workload, parameters.connection
    both = workload.student_span + workload.teacher_span
    found = {}
    for role, engine in parameters.engines.items():
        rows = max(1, round(workload.at_once * workload.span(role) / both))
        context = round(workload.prompt + workload.tokens / 2)
        one = np.ones(rows, np.int64)
        token = engine.cost.seconds(one, one * context) / rows
        read = engine.cost.token * (engine.block_size / 2 + workload.span(role.other) / 2)
        spans = np.random.default_rng(0).geometric(1.0 / max(workload.span(role), 1.0), _SPANS)
        found[role] = cheapest(spans, connection.front + connection.client + read, token)
    return found


def policies(draft: dict[Role, int]) -> list[Policy]:
    """Return the policies that are compared; `draft` is what ours drafts where it cannot stop."""
    longest = dict.fromkeys(Role, _LONGEST)
    published = {Role.STUDENT: 5, Role.TEACHER: 10}
    return [
        Policy("lockstep_5_10", Front.TEXT, published, Cut.AFTER_WORD, barrier=True),
        Policy("lockstep_20", Front.TEXT, dict.fromkeys(Role, 20), Cut.BEFORE_WORD, barrier=True),
        Policy("http_drafts", Front.IDS, draft),
        Policy("http", Front.IDS, longest, streams=True),
        Policy("http_plugin", Front.IDS, longest, stops=True),
        Policy("sessions", Front.PROCESS, longest, stops=True),
    ]
