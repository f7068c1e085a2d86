"""What a simulated step costs."""

import numpy as np
import pytest

from benchmarks.simulation.costs import StepCost
from benchmarks.simulation.engine import EngineParameters, Request, SimulatedEngine
from benchmarks.simulation.kernels import Found, Kernels


def test_a_step_costs_what_its_parts_cost() -> None:
    cost = StepCost(1.0, request=0.5, mixed=2.0, join=3.0, token=0.25, context=0.01, product=0.001, shared=2.0)
    new, cached = np.array([1, 20]), np.array([100, 200])
    assert cost.seconds(new, cached) == pytest.approx(1.0 + 2 * 0.5 + 21 * 0.25 + 100 * 0.01 + 200 * 20 * 0.001)
    assert cost.seconds(new[:1], cached[:1], 2) == pytest.approx(1.0 + 0.5 + 2.0 + 2 * 3.0 + 2.0 + 100 * 0.01)


@pytest.mark.parametrize(
    ("cost", "seconds"), [(StepCost(1.0, join=0.25), [1.25, 1.0, 1.0]), (StepCost(1.0, build=0.5), [1.5, 1.5, 1.0])]
)
def test_a_request_that_joins_and_a_size_that_is_new_hold_up_a_step(cost: StepCost, seconds: list[float]) -> None:
    parameters = EngineParameters(cost, cache_tokens=100, block_size=16, step_tokens=64, requests=8, devices=1)
    engine, found = SimulatedEngine(parameters, 1), []
    engine.submit(Request(trace=0, context=16, tokens=3, kept=3, in_blocks=True, extra_steps=0))
    for _ in seconds:
        engine.start_step(0.0)
        found.append(engine.remaining)
        engine.end_step(0.0)
    assert found == seconds


def test_a_batch_reads_the_experts_its_tokens_choose() -> None:
    cost = StepCost(0.0, shared=1.0, routed=10.0, experts=4, active=1)
    assert cost.weights(1) == pytest.approx(1.0 + 10.0 / 4)
    assert cost.weights(1_000) == pytest.approx(11.0)


def test_kernels_are_forgotten_when_128_other_numbers_have_come() -> None:
    kernels = Kernels()
    assert [kernels.look_up(number) for number in (*range(128), 0, *range(128, 255), 0, 1)] == [
        *[Found.NOTHING] * 128, Found.REMEMBERED, *[Found.NOTHING] * 127, Found.REMEMBERED, Found.FORGOTTEN,
    ]  # fmt: skip


def test_what_is_looked_up_costs_what_it_finds() -> None:
    cost, one = StepCost(1.0, size=0.25, build=0.5), np.array([1])
    assert [cost.seconds(one, one, found=found) for found in Found] == [1.0, 1.25, 1.5]


def test_an_engine_that_has_run_before_builds_no_kernels_again() -> None:
    parameters = EngineParameters(StepCost(1.0, build=0.5), 100, block_size=16, step_tokens=64, requests=8, devices=1)
    kernels, found = Kernels(), []
    for _ in range(2):
        engine = SimulatedEngine(parameters, 1, kernels)
        engine.submit(Request(trace=0, context=16, tokens=1, kept=1, in_blocks=True, extra_steps=0))
        engine.start_step(0.0)
        found.append(engine.remaining)
    assert found == [1.5, 1.0]
