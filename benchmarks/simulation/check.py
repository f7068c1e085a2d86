"""Predictions beside the figures of `benchmarks.interleave`."""

import json
import statistics
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.interleaving.order import groups, warm_tokens
from benchmarks.simulation.kernels import Kernels
from benchmarks.simulation.limit import run_limit
from benchmarks.simulation.measure import run_whole
from benchmarks.simulation.parameters import Connection, Parameters
from benchmarks.simulation.policies import Front, Policy, drafts, policies
from tessy.errors import UsageError
from tessy.trace import Role

_SEEDS = 5


@dataclass(frozen=True, slots=True)
class Comparison:
    """One arm: measured and predicted kept tokens a second, each also by the reference arm's.

    Attributes
    ----------
    difference
        Predicted ratio by measured ratio, less 1, in percent.
    """

    arm: str
    measured: float
    predicted: float
    measured_ratio: float
    predicted_ratio: float

    @property
    def difference(self) -> float:
        """Percent by which the predicted ratio is off."""
        return 100.0 * (self.predicted_ratio / self.measured_ratio - 1.0)


@dataclass(frozen=True, slots=True)
class MeasuredArm:
    """An arm of a result.

    Attributes
    ----------
    speed
        Kept tokens a second.
    hand_overs
        A trace; 0: not said.
    requests
        A kept token; 0: not said.
    own_seconds, message_seconds
        CPU time of the program, and of the engines' threads that pass messages on, for a kept token; 0: not said.
    """

    speed: float
    hand_overs: float
    requests: float
    own_seconds: float
    message_seconds: float


@dataclass(frozen=True, slots=True)
class MeasuredPair:
    """What `benchmarks.interleave` found for one pair of models.

    Attributes
    ----------
    name
        The pair's.
    traces, tokens
        Traces at once, and kept tokens of each.
    spans
        Mean tokens of a span by role.
    arms
        By name.
    """

    name: str
    traces: int
    tokens: int
    spans: Mapping[Role, float]
    arms: Mapping[str, MeasuredArm]


def read_result(path: Path, pair: str = "") -> MeasuredPair:
    """Read what `benchmarks.interleave` has printed, of the first pair or of a named one.

    Raises
    ------
    UsageError
        When it is no such file, or the pair is not in it.
    """
    try:
        result = json.loads(path.read_text(encoding="utf-8"))
        if pair and result.get("pair") != pair:
            result = result[pair]
        arms = {
            name: MeasuredArm(
                float(arm["kept_tokens_per_second"]),
                float(arm.get("hand_overs_per_trace", 0.0)),
                float(arm.get("requests_per_kept", 0.0)),
                float(arm.get("own_cpu_seconds_per_kept", 0.0)),
                float(arm.get("message_cpu_seconds_per_kept", 0.0)),
            )
            for name, arm in result["arms"].items()
        }
        spans = {role: float(result["spans"][role.value]) for role in Role}
        return MeasuredPair(str(result["pair"]), int(result["traces"]), int(result["tokens"]), spans, arms)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        what = f"a result of benchmarks.interleave{f' for the pair {pair}' if pair else ''}"
        raise UsageError(f"this is not {what}: {type(error).__name__}: {error}", where=str(path)) from error


def like_measured(parameters: Parameters, pair: MeasuredPair, policy: Policy | None = None) -> Parameters:
    """Return the parameters with the workload of a result, and with what the program itself took.

    Greedy texts of different loops differ, so a policy's spans are as long as its own hand-overs say; the ratio of the
    roles' spans is the result's. The program's time for a draft is its measured CPU time, for no server can show it.
    """
    longer = 1.0
    connection = parameters.connection
    if policy and (arm := pair.arms[policy.name]).hand_overs:
        longer = 2.0 * pair.tokens / ((arm.hand_overs + 1.0) * sum(pair.spans.values()))
        # Servers do not count the requests that a program hung up on.
        requests = max(arm.requests, (arm.hand_overs + 1.0) / pair.tokens)
        if arm.own_seconds:
            connection = _with_program(connection, policy, arm, requests)
    workload = replace(
        parameters.workload,
        at_once=pair.traces,
        traces=pair.traces,
        tokens=pair.tokens,
        spread=0.0,
        longest=pair.tokens,
        student_span=max(1.0, longer * pair.spans[Role.STUDENT]),
        teacher_span=max(1.0, longer * pair.spans[Role.TEACHER]),
    )
    return replace(parameters, workload=workload, connection=connection)


def _with_program(connection: Connection, policy: Policy, arm: MeasuredArm, requests: float) -> Connection:
    """Return the connection with the program's time for a draft; `requests` are those for a kept token.

    Without front ends, messages between the program and its engines are what is left; a front end's time, which is
    measured from outside, has them in it.
    """
    seconds = arm.own_seconds / requests
    if policy.barrier:
        return replace(connection, judge=max(seconds - connection.client, 0.0))
    if policy.front is Front.PROCESS:
        return replace(connection, turn=seconds + arm.message_seconds / requests, client=0.0, made=0.0)
    return replace(connection, client=seconds, client_chunk=0.0)


def compare(parameters: Parameters, pair: MeasuredPair, seed: int) -> list[Comparison]:
    """Predict each arm that was measured, and compare ratios to the best lock-step arm (or else to the first).

    A prediction is the mean of five seeds.

    Raises
    ------
    UsageError
        When the result has no arm that can be predicted.
    """
    runs = [_predict(parameters, pair, seed + number) for number in range(_SEEDS)]
    predicted = {arm: statistics.fmean(run[arm] for run in runs) for arm in runs[0]}
    if not predicted:
        raise UsageError("the result has no arm that can be predicted", advice=f"it has {', '.join(pair.arms)}")
    measured = {arm: pair.arms[arm].speed for arm in predicted}
    locksteps = [arm for arm in predicted if arm.startswith("lockstep")]
    base = max(locksteps or list(predicted)[:1], key=measured.__getitem__)
    return [
        Comparison(arm, measured[arm], speed, measured[arm] / measured[base], speed / predicted[base])
        for arm, speed in predicted.items()
    ]


def _predict(parameters: Parameters, pair: MeasuredPair, seed: int) -> dict[str, float]:
    """Return the kept tokens a second of each arm; those on the same engines come one after the other, as measured."""
    like = like_measured(parameters, pair)
    known = {policy.name: policy for policy in policies(drafts(like))}
    predicted = {}
    for group in groups(list(pair.arms), 0):
        kernels = {role: Kernels() for role in Role}
        for arm in group:
            if arm == "limit":
                for each in (_warm_up(like, pair.name), like):
                    predicted[arm] = run_limit(each, seed=seed, kernels=kernels)
            elif policy := known.get(arm):
                own = like_measured(parameters, pair, policy)
                for each in (_warm_up(own, pair.name), own):
                    result = run_whole(each, policy, seed=seed, kernels=kernels)
                    predicted[arm] = result.kept_tokens_per_second
    return predicted


def _warm_up(parameters: Parameters, pair: str) -> Parameters:
    """Return the parameters of the round that warms an arm up."""
    tokens = warm_tokens(pair)
    return replace(parameters, workload=replace(parameters.workload, tokens=tokens, longest=tokens))
