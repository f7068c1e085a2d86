"""The limit: by its formula in a steady state, and as the benchmark measures it."""

from dataclasses import replace

import pytest

from benchmarks.simulation.costs import StepCost
from benchmarks.simulation.kernels import Kernels
from benchmarks.simulation.limit import limit_tokens_per_second, run_limit
from tessy.trace import Role
from tests.benchmarks.test_simulation import CONNECTION, ENGINE, SMALL, WORKLOAD

SHARED = replace(SMALL, connection=replace(CONNECTION, shared=True))


def test_engines_that_share_a_device_add_their_times() -> None:
    # Roles of equal shares: a step of 1 second makes a token for each of 8 traces, or reads 64.
    equal = replace(WORKLOAD, student_span=8.0, teacher_span=8.0)
    seconds = 0.5 / 8 + 0.5 / 64
    assert limit_tokens_per_second(replace(SMALL, workload=equal)) == pytest.approx(1 / seconds)
    assert limit_tokens_per_second(replace(SHARED, workload=equal)) == pytest.approx(1 / (2 * seconds))


def test_one_trace_takes_a_step_for_each_of_its_tokens_and_one_for_each_chunk_that_is_read() -> None:
    # 200 tokens are made in all. A step takes 64 that are read, and its last one makes the first token.
    alone = replace(SHARED, workload=replace(WORKLOAD, at_once=1))
    seconds = 200 / run_limit(alone, seed=0)
    assert 200 + 2 <= seconds <= 200 + 4


def test_a_batch_ends_with_its_longest_share() -> None:
    together, alone = (run_limit(replace(SHARED, workload=replace(WORKLOAD, at_once=n)), seed=1) for n in (8, 1))
    assert 4 * alone < together < 8 * alone


def test_front_ends_and_new_kernels_hold_the_limit_up() -> None:
    slow = replace(SHARED, connection=replace(SHARED.connection, front=5.0))
    assert run_limit(slow, seed=0) < run_limit(SHARED, seed=0)
    engine = replace(ENGINE, cost=StepCost(1.0, build=9.0))
    building = replace(SHARED, engines=dict.fromkeys(Role, engine))
    kernels = {role: Kernels() for role in Role}
    first, again = (run_limit(building, seed=0, kernels=kernels) for _ in range(2))
    assert first < again == pytest.approx(run_limit(SHARED, seed=0))
