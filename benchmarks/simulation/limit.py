"""The limit: every kept token made once by its owner in full batches, and read once by the other."""

from collections import deque
from collections.abc import Mapping, Sequence

import numpy as np

from benchmarks.simulation.engine import EngineParameters, Request, SimulatedEngine
from benchmarks.simulation.kernels import Kernels
from benchmarks.simulation.parameters import Parameters
from benchmarks.simulation.spans import SpanLengths
from tessy.trace import Role


def limit_tokens_per_second(parameters: Parameters) -> float:
    """Return the kept tokens a second if nobody handed over, waited or threw anything away.

    Each engine makes its own share with all traces in its batch, and reads the other's share in full steps; the
    context is that of a trace half written. Where the engines have devices of their own the slower counts, where they
    share one their times are added.
    """
    workload = parameters.workload
    total = workload.student_span + workload.teacher_span
    seconds = [
        _seconds(parameters, parameters.engines[role], workload.span(role) / total, workload.span(role.other) / total)
        for role in Role
    ]
    return 1.0 / (sum(seconds) if parameters.connection.shared else max(seconds))


def _seconds(parameters: Parameters, engine: EngineParameters, own: float, others: float) -> float:
    """Return an engine's seconds for one kept token of a trace: its share of making and of reading."""
    workload = parameters.workload
    length = workload.tokens * (1.0 + workload.spread**2)
    context = round(workload.prompt + length / 2)
    rows = max(1, min(workload.at_once, engine.requests, engine.cache_tokens // context))
    one = np.ones(rows, np.int64)
    make = engine.cost.seconds(one, one * context) / rows
    chunk = max(1, engine.step_tokens // rows)
    read = engine.cost.seconds(one * chunk, one * context) / (rows * chunk)
    return own * make + others * read


def run_limit(parameters: Parameters, *, seed: int, kernels: Mapping[Role, Kernels] | None = None) -> float:
    """Return the kept tokens a second of traces that begin together, written as `benchmarks.interleave` measures it.

    Each model alone is asked once for each trace: it reads the prompt and all the other's tokens, and makes its own.
    Its batch shrinks from trace to trace, and the last one ends it.
    """
    workload = parameters.workload
    spans = SpanLengths(workload, np.random.default_rng(seed))
    shares = [_share(workload.tokens, spans) for _ in range(workload.at_once)]
    seconds = [_alone(parameters, role, shares, kernels and kernels[role]) for role in Role]
    kept = workload.tokens * workload.at_once
    return kept / (sum(seconds) if parameters.connection.shared else max(seconds))


def _share(tokens: int, spans: SpanLengths) -> dict[Role, int]:
    """Share a trace's tokens out to the roles, span by span."""
    share, role = dict.fromkeys(Role, 0), Role.STUDENT
    while left := tokens - sum(share.values()):
        share[role] += min(spans.draw(role), left)
        role = role.other
    return share


def _alone(parameters: Parameters, role: Role, shares: Sequence[Mapping[Role, int]], kernels: Kernels | None) -> float:
    """Return the seconds one engine takes for its share of all traces, which arrive one after the other."""
    connection, prompt = parameters.connection, parameters.workload.prompt
    engine = SimulatedEngine(parameters.engines[role], len(shares), kernels)
    arriving: deque[Request] = deque()
    arrival = connection.delay
    for number, share in enumerate(shares):
        if own := share[role]:
            context = prompt + share[role.other]
            arrival += connection.front + connection.front_id * context
            arriving.append(Request(number, context, own, own, in_blocks=True, extra_steps=0, arrived=arrival))
    now, left = 0.0, len(arriving)
    while left:
        while arriving and (arriving[0].arrived <= now or not engine.idle):
            now = max(now, arriving[0].arrived)
            engine.submit(arriving.popleft())
        engine.start_step(now)
        now += engine.remaining
        left -= len(engine.end_step(now))
    return now + connection.delay + connection.client
