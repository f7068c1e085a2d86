"""From a steady state to a whole job: its hours, and what each of them brings.

Coarser than the simulation: the pairs of engines are alike, and time passes in three phases. At the beginning contexts
are short, and the speed goes in a straight line from that of traces just begun to the steady one, in the time one
trace takes. Then it is steady. At the end no trace follows a finished one, and the speed is that of the number still
being written.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.simulation.parameters import Parameters


@dataclass(frozen=True, slots=True)
class Timeline:
    """A job on several pairs of engines.

    Attributes
    ----------
    hours
        Until the last trace is finished, starting the engines included.
    device_hours
        Of all pairs together.
    kept_by_hour
        float64[hours of the day]: tokens kept in each, by all pairs.
    """

    hours: float
    device_hours: float
    kept_by_hour: NDArray[np.float64]


def whole_job(
    parameters: Parameters, steady: float, begin: float, fewer: Mapping[int, float], left: NDArray[np.int64], hours: int
) -> Timeline:
    """Return the job's timeline.

    Parameters
    ----------
    steady, begin
        Kept tokens a second of one pair, in the steady state and with traces just begun.
    fewer
        The same in the steady state for fewer traces at once, 1 among them.
    left
        int64[at once]: tokens that traces met at a random moment still lack.
    hours
        Hours of `kept_by_hour`.
    """
    workload = parameters.workload
    total = workload.traces * workload.tokens / workload.pairs
    rise = workload.tokens * workload.at_once / steady
    rise = min(rise, total / max(steady, begin))
    start = parameters.connection.start
    points = np.linspace(0.0, rise, 50)
    times = [np.array([0.0]), start + points]
    kept = [np.array([0.0]), begin * points + (steady - begin) * points**2 / (2 * rise)]
    end_times, end_kept = _end({**fewer, workload.at_once: steady}, np.sort(left))
    middle = max(total - kept[1][-1] - end_kept[-1], 0.0)
    times.append(times[-1][-1:] + middle / steady)
    kept.append(kept[-1][-1:] + middle)
    times.append(times[-1][-1] + end_times)
    kept.append(kept[-1][-1] + end_kept)
    clock, sums = np.concatenate(times) / 3600.0, np.concatenate(kept) * workload.pairs
    by_hour = np.diff(np.interp(np.arange(hours + 1.0), clock, sums))
    return Timeline(float(clock[-1]), float(clock[-1]) * workload.pairs * parameters.devices, by_hour)


def _end(speeds: Mapping[int, float], left: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return seconds and tokens kept at each moment one of the last traces is finished, the shortest first."""
    numbers = sorted(speeds)
    writing = np.arange(len(left), 0, -1)
    speed = np.interp(writing, numbers, [speeds[number] for number in numbers])
    more = np.diff(left, prepend=0)
    return np.cumsum(more * writing / speed), np.cumsum(more * writing).astype(np.float64)
