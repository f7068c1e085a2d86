"""One engine: continuous batching, chunked prefill, a prefix cache in blocks, and a cache of limited size."""

from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.simulation.costs import StepCost
from benchmarks.simulation.kernels import Kernels


@dataclass(frozen=True, slots=True)
class EngineParameters:
    """What an engine is.

    Attributes
    ----------
    cost
        Seconds of a step.
    cache_tokens
        Tokens whose keys and values fit.
    block_size
        Tokens of a block of the prefix cache.
    step_tokens
        New tokens a step takes at most (the budget of chunked prefill).
    requests
        Requests that run at most at once.
    devices
        Accelerators it occupies.
    """

    cost: StepCost
    cache_tokens: int
    block_size: int
    step_tokens: int
    requests: int
    devices: int


@dataclass(slots=True)
class Request:
    """A draft that is asked for.

    Attributes
    ----------
    trace
        Whose.
    context
        Tokens before the draft.
    tokens
        Tokens to make.
    kept
        How many of them will be kept: they stay good in the cache.
    in_blocks
        Whether only whole blocks of what is cached can be used (a new request), or every token (a resumed session, or a
        request of a session that the plugin holds).
    extra_steps
        Steps for which its row runs on after it has stopped (asynchronous scheduling).
    watched
        Whether the plugin ends it at its boundary.
    tell
        Tokens after which the caller, who reads along, hangs up; 0: it waits for all.
    arrived, admitted
        When it was queued, and when it began to run, in seconds.
    """

    trace: int
    context: int
    tokens: int
    kept: int
    in_blocks: bool
    extra_steps: int
    watched: bool = False
    tell: int = 0
    arrived: float = 0.0
    admitted: float = 0.0


@dataclass(slots=True)
class EngineCounters:
    """What an engine has done since they were last reset; times in seconds."""

    busy: float = 0.0
    steps: int = 0
    rows: int = 0
    made: int = 0
    prefilled: int = 0
    requests: int = 0
    queued: float = 0.0
    evicted: int = 0


class SimulatedEngine:
    """Runs requests step by step; the caller says how time passes.

    Parameters
    ----------
    parameters
        What it is.
    traces
        How many traces there are: requests name them by number.
    kernels
        Those of an engine that has run before; none when None.
    """

    def __init__(self, parameters: EngineParameters, traces: int, kernels: Kernels | None = None) -> None:
        self.parameters = parameters
        self.counters = EngineCounters()
        self.remaining = 0.0
        """Seconds of full speed that the running step still takes."""
        self.stepping = False
        self._waiting: deque[Request] = deque()
        self._running: list[Request] = []
        rows = parameters.requests
        self._unread = np.zeros(rows, np.int64)
        self._context = np.zeros(rows, np.int64)
        self._left = np.zeros(rows, np.int64)
        self._told_at = np.zeros(rows, np.int64)
        self._new = np.zeros(0, np.int64)
        self._cached = np.zeros(traces, np.int64)
        self._held = np.zeros(traces, np.int64)
        self._held_total = 0
        self._in_use = np.zeros(traces, bool)
        self._last_use = np.zeros(traces)
        self._stragglers: list[int] = []
        self._kernels = kernels or Kernels()
        self._hung_up: set[int] = set()
        self.told: list[Request] = []
        """Requests whose callers learned enough from the last step; they run on until `hang_up`."""
        self.made = 0
        """Tokens that the last step made."""

    @property
    def idle(self) -> bool:
        """Whether no step runs and something waits to run."""
        return not self.stepping and bool(self._running or self._waiting)

    def remember(self, trace: int, tokens: int) -> None:
        """Begin with a trace's first tokens cached, as far as there is room."""
        if self._held_total + tokens <= self.parameters.cache_tokens:
            self._cached[trace] = tokens
            self._hold(trace, tokens)

    def forget(self, trace: int) -> None:
        """Free what a finished trace holds."""
        self._cached[trace] = 0
        self._hold(trace, 0)

    def submit(self, request: Request) -> None:
        """Queue a request."""
        self._waiting.append(request)
        self.counters.requests += 1

    def hang_up(self, trace: int, now: float) -> None:
        """End a trace's request with the step that runs."""
        if self.stepping:
            self._hung_up.add(trace)
        else:
            self._remove(np.array([request.trace == trace for request in self._running], bool), now)

    def start_step(self, now: float) -> None:
        """Admit what fits, and begin a step."""
        joined = self._admit(now)
        count = len(self._running)
        if not count:
            return
        unread, context = self._unread[:count], self._context[:count]
        new = np.where(unread == 0, 1, 0)
        budget = self.parameters.step_tokens - int(new.sum())
        for row in np.flatnonzero(unread).tolist():
            new[row] = min(int(unread[row]), max(budget, 0))
            budget -= int(new[row])
        self._new = new
        taking = new > 0
        before = context - unread
        rows, ahead = new[taking], before[taking]
        if self._stragglers:
            rows = np.concatenate([rows, np.ones(len(self._stragglers), np.int64)])
            ahead = np.concatenate([ahead, np.array(self._stragglers, np.int64)])
            self._stragglers = []
        found = self._kernels.look_up(int(rows.sum()))
        watched = sum(request.watched for request in self._running[count - joined :])
        self.remaining = self.parameters.cost.seconds(rows, ahead, joined, watched, found)
        self.stepping = True
        self.counters.steps += 1
        self.counters.rows += len(rows)

    def end_step(self, now: float) -> list[Request]:
        """Finish the step and return the requests that are complete."""
        self.stepping = False
        count = len(self._running)
        unread, context, left = self._unread[:count], self._context[:count], self._left[:count]
        read = np.minimum(unread, self._new)
        self.counters.prefilled += int(read.sum())
        made = (self._new > 0) & (unread == read)
        unread -= read
        # A token that is made is what the next step reads.
        context += made
        left -= made
        self.made = int(made.sum())
        self.counters.made += self.made
        over = left == 0
        self.told = []
        for row in np.flatnonzero(made & (left == self._told_at[:count]) & ~over).tolist():
            self.told.append(self._running[row])
        finished = self._remove(over, now) if over.any() else []
        if self._hung_up:
            self._remove(np.array([request.trace in self._hung_up for request in self._running], bool), now)
            self._hung_up.clear()
        return [request for request in finished if not request.tell or request.tell == request.tokens]

    def _remove(self, gone: NDArray[np.bool_], now: float) -> list[Request]:
        """Take rows out of the batch and return their requests."""
        stay = np.flatnonzero(~gone)
        finished = [self._running[row] for row in np.flatnonzero(gone).tolist()]
        for request, left in zip(finished, self._left[: len(gone)][gone].tolist(), strict=True):
            self._finish(request, request.tokens - left, now)
        for array in (self._unread, self._context, self._left, self._told_at):
            array[: len(stay)] = array[stay]
        self._running = [self._running[row] for row in stay.tolist()]
        return finished

    def _admit(self, now: float) -> int:
        """Move requests from the queue to the batch, as long as there is room; return how many."""
        before = len(self._running)
        while self._waiting and len(self._running) < self.parameters.requests:
            request = self._waiting[0]
            if not self._make_room(request):
                break
            self._waiting.popleft()
            request.admitted = now
            self.counters.queued += now - request.arrived
            cached = int(self._cached[request.trace])
            if request.in_blocks:
                cached -= cached % self.parameters.block_size
            row = len(self._running)
            # The last token is always computed: the next one is sampled from it.
            self._unread[row] = max(request.context - cached, 1)
            self._context[row] = request.context
            self._left[row] = request.tokens
            self._told_at[row] = request.tokens - request.tell if request.tell else -1
            self._running.append(request)
            self._in_use[request.trace] = True
            self._hold(request.trace, request.context + request.tokens)
        return len(self._running) - before

    def _make_room(self, request: Request) -> bool:
        """Evict idle traces, the longest unused first, until a request fits; return whether it may run.

        A request that nothing else runs beside may always run.
        """
        excess = self._held_total + request.context + request.tokens - int(self._held[request.trace])
        excess -= self.parameters.cache_tokens
        if excess <= 0:
            return True
        idle = np.flatnonzero((self._held > 0) & ~self._in_use)
        idle = idle[idle != request.trace]
        idle = idle[np.argsort(self._last_use[idle], kind="stable")]
        freed = np.cumsum(self._held[idle])
        enough = int(np.searchsorted(freed, excess)) + 1
        if enough > len(idle) and self._running:
            return False
        for trace in idle[:enough].tolist():
            self.forget(trace)
            self.counters.evicted += 1
        return True

    def _finish(self, request: Request, made: int, now: float) -> None:
        trace = request.trace
        # What was sampled last has not been read by the model yet.
        good = request.context + max(min(request.kept, made - 1), 0)
        self._cached[trace] = good
        self._hold(trace, good)
        self._in_use[trace] = False
        self._last_use[trace] = now
        self._stragglers += [request.context + made] * request.extra_steps

    def _hold(self, trace: int, tokens: int) -> None:
        self._held_total += tokens - int(self._held[trace])
        self._held[trace] = tokens
