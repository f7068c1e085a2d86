"""tessy itself, over HTTP or with both engines in its own program."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager

from benchmarks.interleaving.measurement import Usage, Written
from benchmarks.interleaving.pairs import PAIRS
from benchmarks.interleaving.plan import Plan
from benchmarks.interleaving.processes import bind, engines
from benchmarks.interleaving.servers import usage
from tessy.engines.base import Engine
from tessy.engines.http import HttpEngine
from tessy.prompts import Prompt
from tessy.settings import Limits, ModelSettings, Sampling
from tessy.synthesizer import Outcome, Synthesizer
from tessy.trace import Role, Trace

Work = Callable[[Sequence[Prompt], int], Awaitable[Sequence[Written]]]
GREEDY = Sampling(temperature=0.0)
CONTEXT = 1024


def _engine(plan: Plan, role: Role) -> Engine:
    model = str(plan.models[role])
    if plan.urls:
        return HttpEngine(ModelSettings(model=plan.urls[role], tokenizer=model, sampling=GREEDY))
    from tessy.engines.vllm import VllmEngine

    return VllmEngine(
        ModelSettings(
            model=model,
            sampling=GREEDY,
            dtype=plan.dtype,  # type: ignore[arg-type]
            context_length=CONTEXT,
            max_sessions=plan.traces,
            gather_seconds=plan.gather,
        )
    )


@asynccontextmanager
async def ours(plan: Plan) -> AsyncIterator[tuple[Work, Callable[[], Usage]]]:
    """Start tessy with engines over HTTP, or in the program where the plan names no servers.

    Yields what writes traces for prompts up to so many tokens, and what says how much has been done since the start.
    """
    synthesizer = Synthesizer(
        _engine(plan, Role.STUDENT),
        _engine(plan, Role.TEACHER),
        PAIRS[plan.pair].detector(),
        draft_tokens=0,
        concurrency=plan.traces,
    )

    async def work(prompts: Sequence[Prompt], tokens: int) -> Sequence[Written]:
        traces: list[Trace] = []

        def receive(outcome: Outcome) -> None:
            if outcome.trace is None:
                raise outcome.error or RuntimeError(f"no trace of {outcome.prompt.id}")
            traces.append(outcome.trace)

        synthesizer.limits = Limits(thinking_tokens=tokens, answer_tokens=1)
        await synthesizer.run(prompts, receive)
        return [Written.of(trace) for trace in sorted(traces, key=lambda trace: int(trace.id))]

    async with synthesizer:
        if not plan.urls:
            # They were started in the order of the roles.
            for role, engine in zip(plan.cores, engines(os.getpid()), strict=True):
                bind(engine, plan.cores[role])
        yield work, lambda: _usage(synthesizer, plan.urls)


def _usage(synthesizer: Synthesizer, urls: Mapping[Role, str]) -> Usage:
    """Read our own counters; what was made and read for it, servers know better: they cache prefixes."""
    totals = synthesizer.totals()
    served = usage(urls) if urls else None
    return Usage(
        requests={role: counters.requests for role, counters in totals.items()},
        made=served.made if served else {role: counters.made for role, counters in totals.items()},
        prefilled=served.prefilled if served else {role: counters.prefilled for role, counters in totals.items()},
        # A server goes on for a step or two after a stream was closed, which our counters do not see.
        thrown=None if served else {role: counters.thrown for role, counters in totals.items()},
        reopened=sum(counters.reopened for counters in totals.values()),
    )
