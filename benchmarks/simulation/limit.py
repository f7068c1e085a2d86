"""The limit: every kept token made once by its owner in full batches, and read once by the other."""

import numpy as np

from benchmarks.simulation.engine import EngineParameters
from benchmarks.simulation.parameters import Parameters
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
