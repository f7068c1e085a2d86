"""The arms, each measured in a process of its own."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager

import httpx

from benchmarks.interleaving.limit import alone
from benchmarks.interleaving.lockstep import CutAt, Lockstep, Sample
from benchmarks.interleaving.measurement import Measurement, Usage, Written, needed_tokens
from benchmarks.interleaving.order import warm_tokens
from benchmarks.interleaving.ours import Work, ours
from benchmarks.interleaving.pairs import PAIRS
from benchmarks.interleaving.plan import Plan, prompt_ids
from benchmarks.interleaving.processes import forget_peaks, message_seconds, peak_memory
from benchmarks.interleaving.servers import forget_prefixes, usage
from tessy.engines.transport import open_transport
from tessy.prompts import Prompt
from tessy.trace import Role

_PUBLISHED = {Role.STUDENT: 5, Role.TEACHER: 10}
_PAPER = {Role.STUDENT: 20, Role.TEACHER: 20}
LOCKSTEP: Mapping[str, tuple[Mapping[Role, int], CutAt]] = {
    "lockstep_5_10": (_PUBLISHED, CutAt.AFTER),
    "lockstep_20": (_PAPER, CutAt.BEFORE),
    "lockstep_5_10_before": (_PUBLISHED, CutAt.BEFORE),
    "lockstep_20_after": (_PAPER, CutAt.AFTER),
}
"""Drafts and cut of each lock-step arm: as published, the paper's, and both with the other's cut."""
ARMS = (*LOCKSTEP, "http", "http_plugin", "sessions", "limit")
"""All arms."""
USUAL = ("lockstep_5_10", "lockstep_20", "http", "http_plugin", "sessions", "limit")
"""The arms that are measured unless others are named."""


def measure(plan: Plan) -> Measurement:
    """Measure one arm; called in a new process."""
    return asyncio.run(_limit(plan) if plan.arm == "limit" else _measure(plan))


async def _measure(plan: Plan) -> Measurement:
    opened = _lockstep(plan) if plan.arm in LOCKSTEP else ours(plan)
    async with opened as (work, used):
        await work(plan.warm_prompts(), warm_tokens(plan.pair))
        await asyncio.to_thread(forget_prefixes, plan.urls)
        processes, engines = plan.engine_processes(), plan.engines()
        forget_peaks([*processes, os.getpid()])
        messages = message_seconds(engines)
        before, cpu, started = used(), time.process_time(), time.perf_counter()
        written = await work(plan.prompts(), plan.tokens)
        seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
        return Measurement(
            plan.arm,
            seconds,
            written,
            used().since(before),
            _needed(plan, written),
            cpu,
            peak_memory([os.getpid()]),
            peak_memory(processes),
            message_seconds=message_seconds(engines) - messages,
        )


@asynccontextmanager
async def _client() -> AsyncIterator[httpx.AsyncClient]:
    # Servers close what was idle for five seconds: a request sent at that moment would be lost.
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None, keepalive_expiry=2.0)
    # The same connections as tessy's own; the limits are for httpx's, where the environment names a proxy.
    async with httpx.AsyncClient(timeout=600.0, limits=limits, transport=open_transport()) as client:
        yield client


def _needed(plan: Plan, written: Sequence[Written]) -> dict[Role, int]:
    vocabularies = plan.vocabularies()
    rendered = prompt_ids(vocabularies, plan.prompts())
    lengths = {role: {prompt: len(ids) for prompt, ids in prompts.items()} for role, prompts in rendered.items()}
    return needed_tokens(written, lengths, vocabularies)


@asynccontextmanager
async def _lockstep(plan: Plan) -> AsyncIterator[tuple[Work, Callable[[], Usage]]]:
    draft_tokens, cut_at = LOCKSTEP[plan.arm]
    vocabularies, detector = plan.vocabularies(), PAIRS[plan.pair].detector()
    async with _client() as client:

        async def work(prompts: Sequence[Prompt], tokens: int) -> Sequence[Written]:
            ids = prompt_ids(vocabularies, prompts)
            samples = [
                Sample(
                    prompt.id,
                    {
                        role: vocabulary.tokenizer.decode(ids[role][prompt.id])
                        for role, vocabulary in vocabularies.items()
                    },
                )
                for prompt in prompts
            ]
            loop = Lockstep(client, plan.urls, vocabularies, detector, draft_tokens, cut_at=cut_at, tokens=tokens)
            await loop.run(samples)
            return [sample.written() for sample in samples]

        yield work, lambda: usage(plan.urls)


async def _limit(plan: Plan) -> Measurement:
    vocabularies = plan.vocabularies()
    prompts = prompt_ids(vocabularies, [*plan.prompts(), *plan.warm_prompts()])
    # Of all lengths, so that batches shrink one by one as they will.
    warm = [
        Written(
            prompt.id,
            [(Role.STUDENT, "So"), (Role.TEACHER, " it is")],
            dict.fromkeys(Role, 1 + number % warm_tokens(plan.pair)),
            1,
        )
        for number, prompt in enumerate(plan.warm_prompts())
    ]
    async with _client() as client:
        await alone(client, plan.urls, vocabularies, prompts, warm)
        await asyncio.to_thread(forget_prefixes, plan.urls)
        processes = plan.engine_processes()
        forget_peaks([*processes, os.getpid()])
        before, cpu = usage(plan.urls), time.process_time()
        seconds = await alone(client, plan.urls, vocabularies, prompts, plan.written)
        cpu = time.process_time() - cpu
    # Engines that share a core take turns; on cores of their own they would work at the same time.
    shared = len(set(plan.cores.values())) == 1
    return Measurement(
        plan.arm,
        sum(seconds.values()) if shared else max(seconds.values()),
        plan.written,
        usage(plan.urls).since(before),
        _needed(plan, plan.written),
        cpu_seconds=cpu,
        own_memory=peak_memory([os.getpid()]),
        engine_memory=peak_memory(processes),
        notes={f"{role.value}_seconds": taken for role, taken in seconds.items()},
    )
