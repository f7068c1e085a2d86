"""The events: requests travel, engines step, answers come back, traces grow."""

import heapq
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from benchmarks.simulation.engine import EngineCounters, Request, SimulatedEngine
from benchmarks.simulation.kernels import Kernels
from benchmarks.simulation.parameters import Parameters
from benchmarks.simulation.policies import Front, Policy
from benchmarks.simulation.traces import SimulatedTrace, Turn
from tessy.trace import Role

_PROGRAM = "program"


@dataclass(slots=True)
class Counters:
    """What has happened since they were last reset; times in seconds."""

    since: float = 0.0
    kept: dict[Role, int] = field(default_factory=lambda: dict.fromkeys(Role, 0))
    hand_overs: int = 0
    finished: int = 0
    in_batch: float = 0.0
    prompts: int = 0


class Simulator:
    """Two engines and the traces they write.

    Parameters
    ----------
    parameters
        Of the engines and what lies between.
    policy
        How the engines are asked.
    traces
        Those written at the same time.
    replace
        Makes the trace that follows a finished one; without it, its place stays empty.
    kernels
        By role, those of engines that have run before.
    """

    def __init__(
        self,
        parameters: Parameters,
        policy: Policy,
        traces: Sequence[SimulatedTrace],
        replace: Callable[[int], SimulatedTrace] | None = None,
        kernels: Mapping[Role, Kernels] | None = None,
    ) -> None:
        self.policy = policy
        self.traces = list(traces)
        self.engines = {
            role: SimulatedEngine(parameters.engines[role], len(self.traces), kernels and kernels[role])
            for role in Role
        }
        self.counters = Counters()
        self.now = 0.0
        self.writing = len(self.traces)
        self._connection = parameters.connection
        self._replace = replace
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._sequence = 0
        self._turns: dict[int, Turn] = {}
        self._free: dict[str, float] = {}
        self._round: list[int] = []
        self._out = 0

    def warm(self) -> None:
        """Begin with the engines having read what the traces hold."""
        for trace in self.traces:
            for engine in self.engines.values():
                engine.remember(trace.number, trace.context)

    def run(self, until: float = float("inf")) -> None:
        """Let time pass until a moment, or until every trace is finished."""
        if not self._out and not self._round:
            self._round = [trace.number for trace in self.traces]
            self._ask_all()
        while self.writing:
            stepping = [engine for engine in self.engines.values() if engine.stepping]
            speed = self._connection.overlap if len(stepping) > 1 else 1.0
            ends = [self.now + engine.remaining / speed for engine in stepping]
            event = self._events[0][0] if self._events else float("inf")
            then = min([event, *ends])
            if then > until:
                self._pass(until, stepping, speed)
                return
            self._pass(then, stepping, speed)
            if event <= then:
                heapq.heappop(self._events)[2]()
            else:
                self._end_step(stepping[ends.index(then)])
            for engine in self.engines.values():
                if engine.idle:
                    engine.start_step(self.now)

    def reset_counters(self) -> None:
        """Count from now on."""
        self.counters = Counters(since=self.now)
        for engine in self.engines.values():
            engine.counters = EngineCounters()

    def _pass(self, then: float, stepping: Sequence[SimulatedEngine], speed: float) -> None:
        passed = then - self.now
        for engine in stepping:
            engine.remaining -= passed * speed
            engine.counters.busy += passed
        self.now = then

    def _end_step(self, engine: SimulatedEngine) -> None:
        finished = engine.end_step(self.now)
        sent = self._send(engine)
        for request in finished:
            self.counters.in_batch += self.now - request.admitted
            self._at(sent, partial(self._answer, request.trace))
        for request in engine.told:
            self.counters.in_batch += self.now - request.admitted
            self._at(sent, partial(self._hang_up, engine, request.trace))

    def _send(self, engine: SimulatedEngine) -> float:
        """Hand a step's tokens on; returns when they are there."""
        connection = self._connection
        if self.policy.front is Front.PROCESS:
            return self._occupy(_PROGRAM, self.now, connection.made * engine.made)
        server = next(str(role) for role, other in self.engines.items() if other is engine)
        chunks = engine.made if self.policy.streams else 0
        sent = self._occupy(server, self.now, connection.made * engine.made)
        if not chunks:
            return sent + connection.delay
        sent = self._pass_on(server, sent, connection.chunk * chunks)
        return self._pass_on(_PROGRAM, sent + connection.delay, connection.client_chunk * chunks)

    def _pass_on(self, who: str, ready: float, seconds: float) -> float:
        """Let a process pass tokens on; what waits for a slow one grows longer, and goes with the next piece."""
        behind = self._free.get(who, 0.0) - ready
        return self._occupy(who, ready, seconds if behind < seconds else 0.0)

    def _hang_up(self, engine: SimulatedEngine, number: int) -> None:
        self._at(self.now + self._connection.delay, lambda: engine.hang_up(number, self.now))
        self._answer(number)

    def _at(self, time: float, action: Callable[[], None]) -> None:
        self._sequence += 1
        heapq.heappush(self._events, (time, self._sequence, action))

    def _ask_all(self) -> None:
        numbers, self._round = self._round, []
        for number in numbers:
            self._ask(number)

    def _ask(self, number: int) -> None:
        self._out += 1
        trace, connection = self.traces[number], self._connection
        turn = self._turns[number] = trace.turn(self.policy)
        request = Request(
            trace=number,
            context=trace.context,
            tokens=turn.tokens,
            kept=turn.kept,
            # Where the engine stops at the cut, the plugin also holds what a request leaves, to the token.
            in_blocks=not self.policy.stops,
            extra_steps=connection.extra_steps if turn.hand_over and (self.policy.stops or self.policy.streams) else 0,
            watched=self.policy.stops,
            tell=turn.kept + 1 if turn.hand_over and self.policy.streams else 0,
        )
        role = trace.role
        if self.policy.front is Front.PROCESS:
            arrival = self._occupy(_PROGRAM, self.now, connection.turn)
            self._at(arrival, lambda: self._arrive(role, request))
            return
        per_token = connection.front_text if self.policy.front is Front.TEXT else connection.front_id
        seconds = connection.front + per_token * trace.context
        arrival = self._occupy(str(role), self.now + connection.delay, seconds)
        self._at(arrival, lambda: self._arrive(role, request))

    def _occupy(self, who: str, ready: float, seconds: float) -> float:
        """Let a process work for so long as soon as it can from `ready` on; returns when it is done."""
        if self._connection.one_core:
            # They share it by time slices.
            seconds *= 1 + sum(free > ready for other, free in self._free.items() if other != who)
        self._free[who] = max(ready, self._free.get(who, 0.0)) + seconds
        return self._free[who]

    def _arrive(self, role: Role, request: Request) -> None:
        request.arrived = self.now
        self.engines[role].submit(request)

    def _answer(self, number: int) -> None:
        taken = self._occupy(_PROGRAM, self.now, self._connection.client)
        self._at(taken, lambda: self._take(number))

    def _take(self, number: int) -> None:
        self._out -= 1
        trace, turn = self.traces[number], self._turns.pop(number)
        self.counters.kept[trace.role] += turn.kept
        self.counters.hand_overs += turn.hand_over
        trace.take(turn)
        if trace.finished:
            self._finish(number)
        if not self.traces[number].finished:
            self._round.append(number)
        if not self.policy.barrier:
            self._ask_all()
        elif not self._out:
            self._at(self.now + self._connection.judge * len(self._round), self._ask_all)

    def _finish(self, number: int) -> None:
        self.counters.finished += 1
        for engine in self.engines.values():
            engine.forget(number)
        if self._replace is None:
            self.writing -= 1
        else:
            self.traces[number] = self._replace(number)
            self.counters.prompts += 2 * self.traces[number].prompt
