"""One request's output, followed token by token."""

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from tessy.foresight import Foresight, Outlook
from tessy.vllm_plugin import LOGGER
from tessy.vllm_plugin.extra_args import BEFORE, BOUNDARY, END, READY, STOP_REASONS, Asking, read_arguments
from tessy.vllm_plugin.finders import Finder
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
        Fingerprint -> finder: what can be asked for.

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
        What ids are pushed into; None for a turn that asks nothing or is only a question, and where there is `outlook`.
    outlook
        What ids are pushed into, after what is foreseen, where a probe on states is asked for and has told of each.
    is_told
        Whether the state before the next id is known.
    finder
        Whose watch it is.
    is_read_ahead
        Whether `tessy.vllm_plugin.read_ahead` pushes its ids, and has seen no boundary so far. Then the watch may be
        behind: it catches up when it is asked again.
    state, due
        Where reading ahead stands, and the length the output will have then.
    """

    __slots__ = (
        *("_is_probe", "_known", "_prompt", "_wanted", "due", "finder", "is_read_ahead", "is_told", "outlook"),
        *("parameters", "push", "seen", "state", "stop_at", "watch"),
    )

    due: int
    finder: BoundaryFinder | None
    is_read_ahead: bool
    is_told: bool
    outlook: Outlook | None
    parameters: Any
    push: Callable[[int], bool]
    seen: int
    state: Any
    stop_at: int
    watch: Watch | None

    def __init__(self, known: Mapping[str, Finder]) -> None:
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
            if request.stop_reason in STOP_REASONS:
                # vLLM leaves the stop reason of the turn before.
                request.stop_reason = None
            self._begin(request.sampling_params, request.num_prompt_tokens)
            self._ask()
        if self.outlook is not None and not self.is_told and len(output) > self.seen:
            # A token came that nobody has judged: the turn runs on as a plain one, and its asker is told nothing.
            self.push, self.outlook = _never, None
        for token in output[self.seen :]:
            self.seen += 1
            if self.push(token):
                self.stop(self.seen)
        self.is_told = False
        return len(output) >= self.stop_at

    def foresee(self, told: Mapping[str, Sequence[float]], place: int) -> None:
        """Take note of what states say before the next id.

        Parameters
        ----------
        told
            Fingerprint of a probe -> the state of each request times its weights.
        place
            Which of them is this request's.
        """
        if self._wanted in told:
            self.is_told = True
            if self.outlook is not None:
                self.outlook.foresee(told[self._wanted][place])

    def stop(self, at: int) -> None:
        """Stop the request at this length, or as soon after it as vLLM lets it: `min_tokens` goes first."""
        self.stop_at = min(self.stop_at, at)
        self.push = _always

    def join(self, request: Any) -> bool:
        """Begin to be read ahead, if the turn asks for a boundary that is still to come; tell whether it does.

        Raises
        ------
        ValueError
            See `follow`.
        """
        self.is_read_ahead = False
        self.follow(request)
        if self.finder is None or self.watch is None or self.stop_at != NEVER:
            return False
        self.is_read_ahead = True
        self.stand(self.finder.state(self.watch), self.seen)
        return True

    def goes_on(self, request: Any) -> bool:
        """Tell whether reading ahead can go on from where it stands."""
        same_turn = self.parameters is request.sampling_params and self._prompt == request.num_prompt_tokens
        return self.is_read_ahead and same_turn and self.due == len(request._output_token_ids)

    def stand(self, state: Any, due: int) -> None:
        """Note where reading ahead stands."""
        self.state, self.due = state, due
        if self.watch is not None and self.watch.follows_states:
            self.seen = due

    def leave(self, state: Any, due: int) -> None:
        """Be read ahead no longer: the last id decides."""
        self.stand(state, due)
        self.is_read_ahead = False
        if self.watch is not None and self.watch.follows_states:
            self.stop(due)

    @property
    def may_stop(self) -> bool:
        """Whether the request may stop with the next token, though nobody reads ahead for it."""
        return not self.is_read_ahead and self.push is not _never

    @property
    def reason(self) -> str:
        """Why the request stops."""
        if self._is_probe:
            return READY
        if self.outlook is not None:
            return END if self.outlook.ended else BEFORE
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
        self.push, self.watch, self.finder, self.outlook = _never, None, None, None
        self._wanted, self.is_told = "", False
        self.is_read_ahead, self.state, self.due = False, None, 0

    def _ask(self) -> None:
        """Read what the turn asks; a detector that is not here is as good as nothing asked."""
        asking = read_arguments(self.parameters.extra_args)
        finder = self._known.get(asking.rule.detector) if asking else None
        if asking is None or finder is None:
            return
        self._is_probe = asking.is_probe
        if isinstance(finder, Foresight):
            self._look_out(finder, asking)
            return
        if asking.is_probe:
            self.stop(0)
            return
        self.watch, self.finder = asking.rule.watch(finder), finder
        self.push = self.watch.push
        if self.watch.boundary is not None:
            self.stop(0)

    def _look_out(self, finder: Foresight, asking: Asking) -> None:
        if self.parameters.min_tokens:
            raise ValueError("min_tokens cannot be asked for together with a probe on hidden states")
        self._wanted = finder.fingerprint
        if asking.is_probe:
            # It is known, but is it read? The workers answer that with the first token.
            self.push = lambda _: self.is_told
            return
        self.outlook = finder.watch(asking.rule)
        self.push = self.outlook.push
        if self.outlook.ended:
            self.stop(0)


def _never(_: int) -> bool:
    return False


def _always(_: int) -> bool:
    return True
