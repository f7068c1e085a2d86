"""Runs of the simulation: a window of steady state, or a workload from its first token to its last."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from benchmarks.simulation.kernels import Kernels
from benchmarks.simulation.parameters import Parameters, Workload
from benchmarks.simulation.policies import Policy
from benchmarks.simulation.simulator import Simulator
from benchmarks.simulation.spans import Observed, SpanLengths, trace_lengths
from benchmarks.simulation.traces import SimulatedTrace
from tessy.trace import Role


@dataclass(frozen=True, slots=True)
class Result:
    """What a run came to.

    Attributes
    ----------
    policy
        Its name.
    seconds
        Simulated time that was counted.
    kept_tokens_per_second
        Of both roles.
    made_per_kept, requests_per_kept
        Tokens made, and requests, for a kept token.
    extra_prefill_per_hand_over
        Tokens read in beyond those the other model wrote.
    waiting
        Share of the traces' time in which no engine worked on them.
    busy
        For each role, the share of the time in which its engine computed.
    rows
        For each role, the mean rows of a step.
    step_seconds
        For each role, the mean seconds of a step.
    evicted_per_hand_over
        Caches that were lost for want of room.
    """

    policy: str
    seconds: float
    kept_tokens_per_second: float
    made_per_kept: float
    requests_per_kept: float
    extra_prefill_per_hand_over: float
    waiting: float
    evicted_per_hand_over: float
    busy: dict[Role, float] = field(default_factory=dict)
    rows: dict[Role, float] = field(default_factory=dict)
    step_seconds: dict[Role, float] = field(default_factory=dict)


def run_window(
    parameters: Parameters,
    policy: Policy,
    *,
    seed: int,
    warm_up: float,
    window: float,
    observed: Observed | None = None,
) -> Result:
    """Simulate `window` seconds of a steady state, after `warm_up` seconds that are not counted.

    Traces are met at a random moment of their writing: a long one in proportion to its length, at any place in it.
    """
    workload = parameters.workload
    random = np.random.default_rng(seed)
    spans = SpanLengths(workload, random, observed)
    supply = iter(trace_lengths(workload, max(1_000, 10 * workload.at_once), random).tolist() * 100)

    def follow(number: int) -> SimulatedTrace:
        return SimulatedTrace(number, workload.prompt, next(supply), spans, workload.word)

    traces = [follow(number) for number in range(workload.at_once)]
    for trace, (length, place) in zip(traces, in_progress(workload, seed), strict=True):
        trace.tokens, trace.kept = length, place
    simulator = Simulator(parameters, policy, traces, follow)
    simulator.warm()
    simulator.run(warm_up)
    simulator.reset_counters()
    simulator.run(warm_up + window)
    return _result(simulator, policy, window)


def run_begin(
    parameters: Parameters, policy: Policy, *, seed: int, seconds: float, observed: Observed | None = None
) -> float:
    """Return the kept tokens a second of the first seconds after all traces begin together."""
    simulator = _together(parameters, policy, seed, observed)
    simulator.run(seconds)
    return sum(simulator.counters.kept.values()) / simulator.now


def run_whole(
    parameters: Parameters,
    policy: Policy,
    *,
    seed: int,
    observed: Observed | None = None,
    kernels: Mapping[Role, Kernels] | None = None,
) -> Result:
    """Simulate traces that start together, until the last is finished; nothing follows them."""
    simulator = _together(parameters, policy, seed, observed, kernels)
    simulator.run()
    return _result(simulator, policy, simulator.now)


def _together(
    parameters: Parameters,
    policy: Policy,
    seed: int,
    observed: Observed | None,
    kernels: Mapping[Role, Kernels] | None = None,
) -> Simulator:
    workload = parameters.workload
    random = np.random.default_rng(seed)
    spans = SpanLengths(workload, random, observed)
    lengths = trace_lengths(workload, workload.at_once, random).tolist()
    traces = [
        SimulatedTrace(number, workload.prompt, length, spans, workload.word) for number, length in enumerate(lengths)
    ]
    simulator = Simulator(parameters, policy, traces, kernels=kernels)
    simulator.counters.prompts = 2 * workload.prompt * workload.at_once
    return simulator


def at_concurrency(parameters: Parameters, at_once: int) -> Parameters:
    """Return the same parameters for another number of traces at once."""
    return replace(parameters, workload=replace(parameters.workload, at_once=at_once))


def in_progress(workload: Workload, seed: int) -> list[tuple[int, int]]:
    """Draw the tokens of each trace that is being written at some moment, and how many of them are written."""
    count = workload.at_once
    random = np.random.default_rng(seed)
    lengths = np.sort(trace_lengths(workload, 20 * count, random))
    share = np.cumsum(lengths) / lengths.sum()
    chosen = lengths[np.searchsorted(share, (np.arange(count) + random.random()) / count)]
    places = random.permutation((np.arange(count) + 0.5) / count)
    return [(int(length), int(length * place)) for length, place in zip(chosen, places, strict=True)]


def _result(simulator: Simulator, policy: Policy, seconds: float) -> Result:
    counters = simulator.counters
    engines = {role: engine.counters for role, engine in simulator.engines.items()}
    kept = sum(counters.kept.values())
    hand_overs = max(counters.hand_overs, 1)
    prefilled = sum(engine.prefilled for engine in engines.values())
    return Result(
        policy=policy.name,
        seconds=seconds,
        kept_tokens_per_second=kept / seconds,
        made_per_kept=sum(engine.made for engine in engines.values()) / kept,
        requests_per_kept=sum(engine.requests for engine in engines.values()) / kept,
        # Every kept token is read once by the model that did not write it, and every prompt by both.
        extra_prefill_per_hand_over=(prefilled - kept - counters.prompts) / hand_overs,
        waiting=max(0.0, 1.0 - counters.in_batch / (len(simulator.traces) * seconds)),
        evicted_per_hand_over=sum(engine.evicted for engine in engines.values()) / hand_overs,
        busy={role: engine.busy / seconds for role, engine in engines.items()},
        rows={role: engine.rows / max(engine.steps, 1) for role, engine in engines.items()},
        step_seconds={role: engine.busy / max(engine.steps, 1) for role, engine in engines.items()},
    )
