"""Every arm in turn, as often as asked, with only the engines up that it needs."""

import asyncio
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from benchmarks.interleaving.arms import LOCKSTEP, measure
from benchmarks.interleaving.endless import endless
from benchmarks.interleaving.measurement import Measurement
from benchmarks.interleaving.order import groups
from benchmarks.interleaving.pairs import Pair
from benchmarks.interleaving.plan import Plan
from benchmarks.interleaving.servers import serve
from benchmarks.simulation.calibration import Calibration, calibrate
from detectors.store import save
from tessy.trace import Role

_TRACES_FOR_THE_LIMIT = ("http", *LOCKSTEP)


@dataclass(frozen=True, slots=True)
class Settings:
    """What all arms of a pair share."""

    pair: Pair
    traces: int
    tokens: int
    repetitions: int
    dtype: str
    student_core: int
    teacher_core: int
    gather: float = 0.0

    @property
    def cores(self) -> dict[Role, int]:
        """By role, the core its engine runs on."""
        return {Role.STUDENT: self.student_core, Role.TEACHER: self.teacher_core}

    def as_row(self) -> dict[str, Any]:
        """Return them as JSON can hold them."""
        return {
            "pair": self.pair.name,
            "models": self.pair.says,
            "traces": self.traces,
            "tokens": self.tokens,
            "dtype": self.dtype,
            "gather_seconds": self.gather,
            "cores": [self.student_core, self.teacher_core],
        }


def measure_pair(
    settings: Settings,
    arms: Sequence[str],
    models: Path,
    work: Path,
    calibrations: list[Calibration] | None = None,
) -> list[dict[str, Measurement]]:
    """Measure the arms of one pair.

    Parameters
    ----------
    settings
        Of the pair.
    arms
        Their names.
    models
        Folder for the models that never end.
    work
        Folder for logs and the detector.
    calibrations
        Gets what a simulation has to know of the servers, before and after the arms of each repetition that need no
        plugin; None: that is not measured.
    """
    if "limit" in arms and not set(arms) & set(_TRACES_FOR_THE_LIMIT):
        raise SystemExit("the limit writes what an arm on the same servers has written: name http or a lock-step, too")
    pair = settings.pair
    folders = {role: endless(pair.folder(role), models / pair.folder(role).name) for role in Role}
    save(pair.detector(), work / "detector")
    plan = Plan(
        "", pair.name, folders, settings.traces, settings.tokens, settings.dtype, settings.cores, settings.gather
    )
    found: list[dict[str, Measurement]] = [{} for _ in range(settings.repetitions)]
    order = [(index, group) for index in range(settings.repetitions) for group in groups(arms, index)]
    for stay in _joined(order):
        group = stay[0][1]
        if group == ["sessions"]:
            for index, _ in stay:
                _run(plan, group, found[index])
            continue
        environment = {"TESSY_DETECTORS": str(work / "detector")} if group == ["http_plugin"] else {}
        options = ("--dtype", settings.dtype, "--max-num-seqs", str(settings.traces))
        with serve(folders, work, options=options, cores=settings.cores, environment=environment) as servers:
            served = replace(
                plan,
                urls={role: server.url for role, server in servers.items()},
                groups=[server.process_group for server in servers.values()],
            )
            for index, _ in stay:
                if calibrations is None or environment:
                    _run(served, group, found[index])
                    continue
                calibrations.append(_calibrate(served, index))
                _run(served, group, found[index])
                calibrations.append(_calibrate(served, index))
    return [{arm: measured[arm] for arm in arms if arm in measured} for measured in found]


def _joined(order: Sequence[tuple[int, list[str]]]) -> Iterator[list[tuple[int, list[str]]]]:
    """Put neighbours together that need the same engines."""
    stay: list[tuple[int, list[str]]] = []
    for entry in order:
        if stay and stay[-1][1] != entry[1]:
            yield stay
            stay = []
        stay.append(entry)
    if stay:
        yield stay


def _calibrate(plan: Plan, seed: int) -> Calibration:
    return asyncio.run(calibrate([plan.urls[role] for role in (Role.STUDENT, Role.TEACHER)], seed))


def _run(plan: Plan, arms: Sequence[str], found: dict[str, Measurement]) -> None:
    """Measure arms one after the other, each in a new process, which a heap grown before cannot disturb."""
    for arm in arms:
        written = next((found[name].written for name in _TRACES_FOR_THE_LIMIT if name in found), ())
        wanted = replace(plan, arm=arm, written=written if arm == "limit" else ())
        found[arm] = _in_new_process(wanted)
        sys.stderr.write(f"{plan.pair}: {arm}: {found[arm].figures()['kept_tokens_per_second']:.1f} kept tokens/s\n")


def _in_new_process(plan: Plan) -> Measurement:
    context = get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_send, args=(plan, sender))
    process.start()
    sender.close()
    try:
        measurement: Measurement = receiver.recv()
        process.join()
    except EOFError as error:
        raise RuntimeError(f"{plan.arm} was not measured: see the error above") from error
    finally:
        process.terminate()
    return measurement


def _send(plan: Plan, sender: "Connection[Measurement, None]") -> None:
    sender.send(measure(plan))
