"""One request's output, followed token by token."""

import sys
from collections.abc import Callable, Mapping
from typing import Any, Final

from tessy.vllm_plugin import LOGGER
from tessy.vllm_plugin.extra_args import BOUNDARY, END, READY, read_arguments
from tessy.vllm_plugin.finders import KnownDetector
from tessy.watch import BoundaryFinder, Watch

NEVER: Final = sys.maxsize

_LOGGED: set[type[Exception]] = set()


class Follower:
    """Tells at which token of its output a request stops.

    All it knows follows from the request's parameters and output ids: a resumable request gets new ones with every
    turn, and ids that were read ahead may never become part of the output. What does not fit is read anew.

    Parameters
    ----------
    known
        Fingerprint -> detector: what can be asked for.

    Attributes
    ----------
    seen
        Ids of the output that were pushed.
    parameters
        The turn's sampling parameters.
    stop_at
        The length of the output at which the request stops; `NEVER` while that is undecided.
    push
        Takes the next id of the output; tells whether the request stops there.
    watch
        What ids are pushed into; None for a turn that asks nothing, and for a probe.
    finder
        Whose watch it is, where ids are pushed for all requests at once.
    """

    __slots__ = ("_is_probe", "_known", "_prompt", "finder", "parameters", "push", "seen", "stop_at", "watch")

    finder: BoundaryFinder | None
    parameters: Any
    push: Callable[[int], bool]
    seen: int
    stop_at: int
    watch: Watch | None

    def __init__(self, known: Mapping[str, KnownDetector]) -> None:
        self._known = known
        self._prompt = 0
        self.forget()

    def forget(self) -> None:
        """Read everything anew next time."""
        self._begin(None, 0)

    def fits(self, request: Any) -> bool:
        """Tell whether what was read is the beginning of this output, in this turn."""
        # In one process, two turns may share their parameters; but a turn's prompt holds the turn before it.
        same_turn = self.parameters is request.sampling_params and self._prompt == int(request.num_prompt_tokens)
        return same_turn and self.seen <= len(request._output_token_ids)

    def follow(self, request: Any) -> bool:
        """Read what the output has gained, and all of it if need be; tell whether the request stops.

        Raises
        ------
        ValueError
            When the turn asks in a way that cannot be understood.
        """
        output = request._output_token_ids
        if not self.fits(request):
            self._begin(request.sampling_params, request.num_prompt_tokens)
            self._ask()
        for token in output[self.seen :]:
            self.advance(decided=self.push(token))
        return len(output) >= self.stop_at

    def advance(self, *, decided: bool) -> None:
        """Note that the next id of the output was pushed, and what came of it."""
        self.seen += 1
        if decided:
            self.stop(self.seen)

    def stop(self, at: int) -> None:
        """Stop the request at this length, or as soon after it as vLLM lets it: `min_tokens` goes first."""
        self.stop_at = min(self.stop_at, at)
        self.push = _always

    @property
    def undecided(self) -> bool:
        """Whether more tokens may have to be pushed."""
        return self.stop_at == NEVER

    @property
    def reason(self) -> str:
        """Why the request stops."""
        if self._is_probe:
            return READY
        return END if self.watch is not None and self.watch.ended else BOUNDARY

    def give_up(self, request: Any, error: Exception) -> None:
        """Let the turn run as a plain one; of each type of error, the first is logged."""
        if type(error) not in _LOGGED:
            _LOGGED.add(type(error))
            trace = None if isinstance(error, ValueError) else error
            LOGGER.warning("request %s runs as a plain one: %s", request.request_id, error, exc_info=trace)
        self._begin(request.sampling_params, request.num_prompt_tokens)
        self.seen = len(request._output_token_ids)

    def _begin(self, parameters: Any, prompt: int) -> None:
        self.parameters, self._prompt = parameters, prompt
        self.seen, self.stop_at, self._is_probe = 0, NEVER, False
        self.push, self.watch, self.finder = _never, None, None

    def _ask(self) -> None:
        """Read what the turn asks; a detector that is not here is as good as nothing asked."""
        asking = read_arguments(self.parameters.extra_args)
        known = self._known.get(asking.rule.detector) if asking else None
        if asking is None or known is None:
            return
        if asking.is_probe:
            self._is_probe = True
            self.stop(0)
            return
        self.watch = asking.rule.watch(known.finder)
        self.finder = known.finder if known.at_once else None
        self.push = self.watch.push
        if self.watch.boundary is not None:
            self.stop(0)


def _never(_: int) -> bool:
    return False


def _always(_: int) -> bool:
    return True
