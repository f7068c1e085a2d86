"""Parameters of a simulation: a TOML file in which every figure stands beside its source."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

from benchmarks.simulation.costs import StepCost
from benchmarks.simulation.engine import EngineParameters
from benchmarks.simulation.roofline import Device, Model, cache_tokens, step_cost
from tessy.errors import UsageError
from tessy.trace import Role

Table = Mapping[str, Any]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Workload:
    """What is to be written.

    Attributes
    ----------
    at_once
        Traces that are written at the same time.
    traces
        Traces in all.
    pairs
        Pairs of engines that share them out.
    tokens
        Mean thinking tokens of a trace.
    spread
        Standard deviation of their number by its mean (log-normal); 0: all traces are as long as the mean.
    longest
        Thinking tokens no trace goes beyond.
    prompt
        Tokens before the thinking.
    student_span, teacher_span
        Mean tokens of a span of each role.
    word
        Mean tokens of a word.
    """

    at_once: int
    traces: int
    pairs: int
    tokens: int
    spread: float
    longest: int
    prompt: int
    student_span: float
    teacher_span: float
    word: float

    def span(self, role: Role) -> float:
        """Return the mean tokens of a role's span."""
        return self.student_span if role is Role.STUDENT else self.teacher_span


@dataclass(frozen=True, slots=True)
class Connection:
    """What lies between the program and its engines; all times in seconds.

    Attributes
    ----------
    delay
        From the program to a server, and the same back.
    front
        A server's front end, for a request: one at a time.
    front_id, front_text
        More of it, for each token of a context that arrives as id, or as text.
    made, chunk
        More of it, for each token made, and for each that is streamed.
    turn
        A turn of a session in the same program.
    client, client_chunk
        The program itself, for an answer, and for a token that is streamed to it: one at a time.
    judge
        A classifier of the published loop, for a draft; they are judged in one batch a round.
    one_core
        Whether the servers' front ends and the program share one core.
    shared
        Whether both engines run on one device.
    overlap
        Speed of each engine while both compute, as a share of its speed alone: 1 for devices of their own, 0.5 for
        one device that takes turns.
    extra_steps
        Steps a request runs on after it has stopped at a boundary (1 with asynchronous scheduling).
    start
        Until both engines run.
    """

    delay: float
    front: float
    front_id: float
    front_text: float
    made: float
    chunk: float
    turn: float
    client: float
    client_chunk: float
    judge: float
    one_core: bool
    shared: bool
    overlap: float
    extra_steps: int
    start: float


@dataclass(frozen=True, slots=True)
class Parameters:
    """All that a simulation is told."""

    title: str
    workload: Workload
    connection: Connection
    engines: Mapping[Role, EngineParameters]

    @property
    def devices(self) -> int:
        """Accelerators that one pair of engines occupies."""
        return sum(engine.devices for engine in self.engines.values())


def load_parameters(path: Path) -> Parameters:
    """Read a parameters file.

    Raises
    ------
    UsageError
        When it cannot be read, or a figure or its source is missing.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"the parameters cannot be read: {error}", where=str(path)) from error
    where = str(path)
    return Parameters(
        title=str(table.get("title", path.stem)),
        workload=_fill(Workload, table, ("workload",), where),
        connection=_fill(Connection, table, ("connection",), where),
        engines={role: _engine(table, role, where) for role in Role},
    )


def _engine(table: Table, role: Role, where: str) -> EngineParameters:
    name = str(role)
    figures = _figures(table, (name,), where)
    size: dict[str, Any] = {key: figures[key] for key in ("block_size", "step_tokens", "requests", "devices")}
    if "cost" in table[name]:
        cost = _fill(StepCost, table, (name, "cost"), where)
        return EngineParameters(cost=cost, cache_tokens=figures["cache_tokens"], **size)
    device = _fill(Device, table, ("device",), where)
    model = _fill(Model, table, (name, "model"), where)
    devices = figures["devices"]
    return EngineParameters(
        cost=step_cost(model, device, devices, figures["base"], figures["request"]),
        cache_tokens=cache_tokens(model, device, devices, figures["other_bytes"]),
        **size,
    )


def _fill(kind: type[T], table: Table, keys: tuple[str, ...], where: str) -> T:
    """Make a dataclass of a section's figures; what has a default may be missing."""
    figures = _figures(table, keys, where)
    known = {field.name for field in fields(kind)}  # type: ignore[arg-type]
    try:
        return kind(**{name: value for name, value in figures.items() if name in known})
    except TypeError as error:
        raise UsageError(f"a figure is missing in [{'.'.join(keys)}]: {error}", where=where) from error


class _Figures(dict[str, Any]):
    """A section's figures; one that is missing is an error of the user."""

    def __init__(self, section: str, where: str) -> None:
        super().__init__()
        self._section = section
        self._where = where

    def __missing__(self, name: str) -> Any:
        raise UsageError(f"[{self._section}] lacks the figure {name}", where=self._where)


def _figures(table: Table, keys: tuple[str, ...], where: str) -> _Figures:
    section = ".".join(keys)
    for key in keys:
        if not isinstance(table.get(key), Mapping):
            raise UsageError(f"the section [{section}] is missing", where=where)
        table = table[key]
    found = _Figures(section, where)
    for name, entry in table.items():
        if not isinstance(entry, Mapping):
            raise UsageError(
                f"{name} in [{section}] is not a table with a value and a source", where=where,
                advice=f'write {name} = {{ value = {entry!r}, source = "..." }}',
            )  # fmt: skip
        if "value" not in entry:
            continue  # a section of its own
        if not entry.get("source"):
            raise UsageError(f"{name} in [{section}] has no source", where=where)
        found[name] = entry["value"]
    return found
