"""The model of two engines: single engines by hand, policies by what they must do, the published step times."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.simulation.costs import StepCost
from benchmarks.simulation.engine import EngineParameters, Request, SimulatedEngine
from benchmarks.simulation.limit import limit_tokens_per_second
from benchmarks.simulation.measure import Result, run_whole, run_window
from benchmarks.simulation.parameters import Connection, Parameters, Workload, load_parameters
from benchmarks.simulation.policies import Cut, Front, Policy, policies
from benchmarks.simulation.spans import SpanLengths
from benchmarks.simulation.timeline import whole_job
from benchmarks.simulation.traces import SimulatedTrace
from tessy.errors import UsageError
from tessy.trace import Role

CHECKOUT = Path(__file__).parents[2]
GPU = CHECKOUT / "benchmarks" / "parameters" / "h100.toml"
ENGINE = EngineParameters(StepCost(1.0), cache_tokens=10_000, block_size=16, step_tokens=64, requests=8, devices=1)
CONNECTION = Connection(
    delay=0.0, front=0.0, front_id=0.0, front_text=0.0, made=0.0, chunk=0.0, turn=0.0, client=0.0, client_chunk=0.0,
    judge=0.0, one_core=False, shared=False, overlap=1.0, extra_steps=0, start=0.0,
)  # fmt: skip
WORKLOAD = Workload(
    at_once=8, traces=8, pairs=1, tokens=200, spread=0.0, longest=1_000, prompt=20, student_span=4.0, teacher_span=12.0,
    word=1.0,
)  # fmt: skip
SMALL = Parameters("small", WORKLOAD, CONNECTION, dict.fromkeys(Role, ENGINE))
LONGEST = dict.fromkeys(Role, 256)
SESSIONS = Policy("sessions", Front.PROCESS, LONGEST, stops=True)
PLUGIN = Policy("http_plugin", Front.IDS, LONGEST, stops=True)


def steps_until_done(engine: SimulatedEngine, *requests: Request) -> list[int]:
    """Run requests that are all there at the start; return the step after which each was complete."""
    for request in requests:
        engine.submit(request)
    done: dict[int, int] = {}
    for step in range(1, 1_000):
        engine.start_step(0.0)
        done |= {request.trace: step for request in engine.end_step(0.0)}
        if len(done) == len(requests):
            break
    return [done[request.trace] for request in requests]


def ask(trace: int, context: int, tokens: int, *, kept: int | None = None, in_blocks: bool = True) -> Request:
    """Ask for a draft that is kept whole unless said otherwise."""
    return Request(trace, context, tokens, tokens if kept is None else kept, in_blocks, extra_steps=0)


def test_a_prompt_is_read_in_chunks_and_its_last_step_makes_the_first_token() -> None:
    engine = SimulatedEngine(ENGINE, 1)
    assert steps_until_done(engine, ask(0, 130, 5)) == [3 + 4]
    assert engine.counters.prefilled == 130
    assert engine.counters.made == 5


def test_requests_share_steps_and_the_budget() -> None:
    engine = SimulatedEngine(ENGINE, 2)
    assert steps_until_done(engine, ask(0, 64, 3), ask(1, 64, 3)) == [3, 5]
    assert engine.counters.rows == 1 + 2 + 2 + 1 + 1


def test_a_new_request_reads_again_up_to_a_block_and_a_session_nothing() -> None:
    for in_blocks, read in ((True, 110 % 16 + 10), (False, 10 + 1)):
        engine = SimulatedEngine(ENGINE, 1)
        steps_until_done(engine, ask(0, 100, 11, in_blocks=in_blocks))
        before = engine.counters.prefilled
        # 110 of the 111 tokens were read: the last one was only sampled.
        steps_until_done(engine, ask(0, 121, 1, in_blocks=in_blocks))
        assert engine.counters.prefilled - before == (121 - 96 if in_blocks else read)


def test_what_is_thrown_away_is_read_anew() -> None:
    engine = SimulatedEngine(ENGINE, 1)
    steps_until_done(engine, ask(0, 100, 20, kept=4, in_blocks=False))
    steps_until_done(engine, ask(0, 104 + 7, 1, in_blocks=False))
    assert engine.counters.prefilled == 100 + 7


def test_the_longest_idle_trace_loses_its_cache() -> None:
    engine = SimulatedEngine(replace(ENGINE, cache_tokens=250, step_tokens=1_000), 3)
    for trace in range(2):
        steps_until_done(engine, ask(trace, 100, 1))
        engine._last_use[trace] = trace
    steps_until_done(engine, ask(2, 100, 1))
    assert engine.counters.evicted == 1
    before = engine.counters.prefilled
    steps_until_done(engine, ask(1, 101, 1, in_blocks=False))
    assert engine.counters.prefilled - before == 1
    steps_until_done(engine, ask(0, 101, 1, in_blocks=False))
    assert engine.counters.prefilled - before == 1 + 101


def test_a_caller_who_hangs_up_ends_its_request_with_the_running_step() -> None:
    engine = SimulatedEngine(ENGINE, 2)
    first, second = replace(ask(0, 16, 9, kept=2), tell=3), ask(1, 16, 9)
    engine.submit(first)
    engine.submit(second)
    told = []
    for step in range(1, 10):
        engine.start_step(0.0)
        if step == 5:
            engine.hang_up(0, 0.0)
        done = engine.end_step(0.0)
        told += [(step, request.trace) for request in engine.told]
    assert told == [(3, 0)]
    assert done == [second]
    assert engine.counters.made == 5 + 9


def test_requests_wait_for_room_in_the_cache() -> None:
    engine = SimulatedEngine(replace(ENGINE, cache_tokens=150), 2)
    assert steps_until_done(engine, ask(0, 60, 10), ask(1, 60, 30)) == [10, 40]


def test_published_step_times_are_met() -> None:
    # SemiAnalysisAI/InferenceX, issue 828: gpt-oss-120b, vLLM, eight H100, 1k in and 1k out; milliseconds a token.
    published = {4: 3.72, 8: 4.05, 16: 4.83, 32: 5.82, 64: 7.36}
    engine = load_parameters(GPU).engines[Role.TEACHER]
    fewer = engine.devices / 8
    cost = replace(
        engine.cost,
        shared=engine.cost.shared * fewer,
        routed=engine.cost.routed * fewer,
        token=engine.cost.token * fewer,
        context=engine.cost.context * fewer,
    )
    for rows, milliseconds in published.items():
        one = np.ones(rows, np.int64)
        assert 1e3 * cost.seconds(one, one * 1_500) == pytest.approx(milliseconds, rel=0.12)


def wordless(cut: Cut, **changes: object) -> tuple[SimulatedTrace, Policy]:
    """Make a trace whose spans are 4 and 12 tokens, and words one token."""
    observed = {Role.STUDENT: np.array([4.0]), Role.TEACHER: np.array([12.0])}
    spans = SpanLengths(WORKLOAD, np.random.default_rng(0), observed)
    trace = SimulatedTrace(0, 0, 1_000, spans, 1.0)
    return trace, replace(Policy("p", Front.IDS, dict.fromkeys(Role, 10), cut), **changes)  # type: ignore[arg-type]


def test_a_draft_is_cut_at_the_first_token_of_the_other_kind() -> None:
    trace, policy = wordless(Cut.TOKEN)
    turns = []
    for _ in range(3):
        turns.append(turn := trace.turn(policy))
        trace.take(turn)
    assert [(turn.tokens, turn.kept, turn.hand_over) for turn in turns] == [
        (10, 4, True),
        (10, 10, False),
        (10, 2, True),
    ]
    assert trace.context == 16


def test_an_engine_that_stops_makes_one_token_more() -> None:
    trace, policy = wordless(Cut.TOKEN, stops=True, draft=LONGEST)
    turn = trace.turn(policy)
    assert (turn.tokens, turn.kept) == (5, 4)


def test_the_released_cut_keeps_a_word_of_the_other_kind() -> None:
    trace, policy = wordless(Cut.AFTER_WORD)
    trace.take(trace.turn(policy))
    assert (trace.kept, trace.role, trace.left) == (5, Role.TEACHER, 11)


def test_the_papers_cut_drops_the_last_word() -> None:
    trace, policy = wordless(Cut.BEFORE_WORD)
    trace.take(trace.turn(policy))
    turn = trace.turn(policy)
    assert (turn.tokens, turn.kept, turn.hand_over) == (10, 9, False)


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 1_000),
    name=st.sampled_from(["lockstep_5_10", "lockstep_20", "http_drafts", "http", "http_plugin", "sessions"]),
    student=st.floats(1.0, 9.0),
    teacher=st.floats(1.0, 30.0),
    cache=st.sampled_from([300, 1_000, 100_000]),
    word=st.floats(1.0, 2.5),
)
def test_every_policy_writes_every_token(
    seed: int, name: str, student: float, teacher: float, cache: int, word: float
) -> None:
    workload = replace(WORKLOAD, tokens=60, student_span=student, teacher_span=teacher, word=word)
    engine = replace(ENGINE, cache_tokens=cache)
    parameters = Parameters("small", workload, CONNECTION, dict.fromkeys(Role, engine))
    (policy,) = (policy for policy in policies({Role.STUDENT: 3, Role.TEACHER: 8}) if policy.name == name)
    result = run_whole(parameters, policy, seed=seed)
    assert result.kept_tokens_per_second * result.seconds == pytest.approx(8 * 60)
    assert result.made_per_kept >= 1.0
    assert all(0.0 < busy <= 1.0 + 1e-9 for busy in result.busy.values())
    assert 0.0 <= result.waiting <= 1.0


def test_the_same_seed_gives_the_same_result_and_another_seed_another() -> None:
    first, again, other = (run_whole(SMALL, PLUGIN, seed=seed) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_sessions_read_every_token_once() -> None:
    result = run_whole(SMALL, SESSIONS, seed=0)
    assert result.extra_prefill_per_hand_over <= 0.0
    assert result.made_per_kept == pytest.approx(1.0 + 1 / 8, abs=0.03)


def test_a_device_that_is_shared_is_never_faster() -> None:
    half = replace(SMALL, connection=replace(CONNECTION, shared=True, overlap=0.5))
    assert speed(half) < speed(SMALL)
    assert limit_tokens_per_second(half) == pytest.approx(limit_tokens_per_second(SMALL) * 0.75 / 1.0, rel=0.35)


def test_delays_front_ends_and_barriers_cost_time() -> None:
    slow = replace(SMALL, connection=replace(CONNECTION, delay=0.2, front=0.1))
    assert speed(slow) < speed(SMALL)
    assert speed(SMALL, replace(PLUGIN, barrier=True)) < speed(SMALL)


def speed(parameters: Parameters, policy: Policy = PLUGIN) -> float:
    """Return the kept tokens a second of the whole workload, the mean of three seeds."""
    return sum(run_whole(parameters, policy, seed=seed).kept_tokens_per_second for seed in range(3)) / 3


def test_a_window_of_the_gpu_parameters_is_below_the_limit_and_in_order() -> None:
    parameters = load_parameters(GPU)
    limit = limit_tokens_per_second(parameters)
    found: dict[str, Result] = {
        policy.name: run_window(parameters, policy, seed=0, warm_up=1.0, window=5.0)
        for policy in policies({Role.STUDENT: 4, Role.TEACHER: 12})
    }
    speeds = {name: result.kept_tokens_per_second for name, result in found.items()}
    assert speeds["lockstep_20"] < speeds["http"] < speeds["http_plugin"] < speeds["sessions"] < limit


def test_more_traces_than_the_cache_holds_are_slower() -> None:
    parameters = load_parameters(GPU)
    crowded = replace(parameters, workload=replace(parameters.workload, at_once=2 * parameters.workload.at_once))
    few, many = (run_window(each, SESSIONS, seed=0, warm_up=1.0, window=5.0) for each in (parameters, crowded))
    assert few.evicted_per_hand_over == 0.0
    assert many.evicted_per_hand_over > 0.1
    assert many.kept_tokens_per_second < few.kept_tokens_per_second


def test_a_job_keeps_every_token_whatever_the_hours() -> None:
    workload = replace(WORKLOAD, traces=4_000, tokens=2_000, pairs=2)
    parameters = replace(SMALL, workload=workload)
    left = np.linspace(1, 2_000, 8).astype(np.int64)
    job = whole_job(parameters, 100.0, 120.0, {1: 30.0, 4: 70.0}, left, 24)
    assert job.hours == pytest.approx(4_000 * 2_000 / 2 / 100.0 / 3_600, rel=0.02)
    assert job.device_hours == pytest.approx(job.hours * 2 * 2)
    assert job.kept_by_hour.sum() == pytest.approx(4_000 * 2_000 * min(1.0, 24 / job.hours), rel=0.02)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("title = 3 3", "cannot be read"),
        ("[workload]\ntokens = 5", "is not a table with a value and a source"),
        ("[workload]\ntokens = { value = 5 }", "has no source"),
        ("", "is missing"),
    ],
)
def test_a_bad_parameters_file_is_said(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "p.toml"
    path.write_text(text if "workload" not in text else GPU.read_text().partition("[workload]")[0] + text)
    with pytest.raises(UsageError, match=says):
        load_parameters(path)
