"""What is put around the functions of vLLM's scheduler and its KV cache manager.

========================  ==============================================================================================
function                  what is put around it
========================  ==============================================================================================
``Scheduler.__init__``    compiles the detectors for the tokenizer of the scheduler's model
``.add_request``          gives a follower to each request that asks, or whose later turns may ask
``.update_from_output``   pushes the tokens of a step for all requests at once
``check_stop``            ends a request at the boundary, after vLLM's own checks; in place only while the tokens of a
                          step in which one may end so are gone through
``._update_request_as_    forgets the last tokens of a session that its next turn does not want
session``
``._free_blocks``         holds the keys and values of a request that names its session
``._handle_blocked_       gives a request whose turn it is what is held for its session
waiting_request``
``.reset_prefix_cache``   gives up what is held
``KVCacheManager.         the same, where a request finds no room (`HeldBlocks`); from the first that is held on
allocate_slots``
========================  ==============================================================================================
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from tessy.vllm_plugin.extra_args import OWN, read_keep
from tessy.vllm_plugin.finders import compile_finders
from tessy.vllm_plugin.follower import Follower
from tessy.vllm_plugin.held_blocks import HeldBlocks
from tessy.vllm_plugin.read_ahead import ReadAhead
from tessy.vllm_plugin.tap import FORESEEN, untappable

KNOWN: Final = "tessy_detectors"
"""The attribute of a scheduler that holds its detectors, by their fingerprints."""


def wrap_scheduler() -> None:
    """Wrap the functions in this process; does nothing the second time.

    Raises
    ------
    ImportError, AttributeError
        When vLLM is not as this plugin knows it.
    """
    from vllm.v1.core.sched import scheduler as module
    from vllm.v1.request import Request

    scheduler: Any = module.Scheduler
    if hasattr(scheduler, KNOWN):
        return
    wrapped = {name: wrap(getattr(scheduler, name)) for name, wrap in WRAPPERS.items()}
    # Nothing is changed before everything has been found.
    setattr(scheduler, KNOWN, {})
    Request.tessy_follower = None
    for name, function in wrapped.items():
        setattr(scheduler, name, function)


def compiling(initialize: Callable[..., None]) -> Callable[..., None]:
    """Compile the detectors when a scheduler is made."""

    def initialize_and_compile(self: Any, *arguments: Any, **options: Any) -> None:
        initialize(self, *arguments, **options)
        config = self.vllm_config
        self.tessy_detectors = compile_finders(config.model_config, untappable(config))
        self.tessy_held = HeldBlocks(self)
        self.tessy_read_ahead = ReadAhead()

    return initialize_and_compile


def following(add_request: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
    """Give requests that ask a follower."""

    def add_followed_request(self: Any, request: Any) -> None:
        parameters = request.sampling_params
        if self.tessy_detectors and parameters is not None and (request.resumable or parameters.extra_args):
            request.tessy_follower = Follower(self.tessy_detectors)
            self.tessy_read_ahead.look_anew(request.request_id)
        add_request(self, request)

    return add_followed_request


def reading_ahead(update_from_output: Callable[[Any, Any, Any], Any]) -> Callable[[Any, Any, Any], Any]:
    """Push what was sampled before the scheduler goes through it; boundaries are looked for only where one may be."""
    from vllm.v1.core.sched import scheduler as module
    from vllm.v1.request import RequestStatus

    if not hasattr(module, "check_stop"):
        raise AttributeError("its scheduler has no check_stop")

    def read_ahead_and_update(self: Any, scheduled: Any, output: Any) -> Any:
        sampled = output.sampled_token_ids
        if not sampled or not self.tessy_detectors:
            return update_from_output(self, scheduled, output)
        may_stop = self.tessy_read_ahead.read(self.requests, output.req_ids, sampled)
        if told := getattr(output, FORESEEN, None):
            for place, name in enumerate(output.req_ids):
                if sampled[place] and (request := self.requests.get(name)) and request.tessy_follower is not None:
                    request.tessy_follower.foresee(told, place)
        if not may_stop:
            return update_from_output(self, scheduled, output)
        check_stop = module.check_stop
        module.check_stop = stopping(check_stop, RequestStatus.FINISHED_STOPPED)
        try:
            return update_from_output(self, scheduled, output)
        finally:
            module.check_stop = check_stop

    return read_ahead_and_update


def shortening(next_turn: Callable[[Any, Any, Any], None]) -> Callable[[Any, Any, Any], None]:
    """Let a turn begin further back than where the turn before has come to.

    vLLM itself forgets the last token of a turn, for its keys and values are not there yet. Those of more tokens are
    overwritten by the next turn; the asker sees to it that they fill no block, which other requests might read from the
    prefix cache.
    """

    def shorten_and_go_on(self: Any, session: Any, update: Any) -> None:
        self.tessy_read_ahead.look_anew(session.request_id)
        parameters = update.sampling_params
        keep = read_keep(parameters.extra_args) if parameters is not None else None
        if keep is not None and keep < session.num_computed_tokens:
            session.num_computed_tokens = keep
            if keep < session.num_prompt_tokens:
                del session.prompt_token_ids[keep:]
                session.num_prompt_tokens = keep
        next_turn(self, session, update)

    return shorten_and_go_on


def taking_up(is_ready: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    """Give a request whose turn it is what is held for its session."""

    def take_up_if_ready(self: Any, request: Any) -> bool:
        ready = is_ready(self, request)
        if ready and request.tessy_follower is not None:
            self.tessy_held.take_up(request)
        return ready

    return take_up_if_ready


def holding(free_blocks: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
    """Hold what the next request of a session can go on from."""

    def hold_or_free_blocks(self: Any, request: Any) -> None:
        if request.tessy_follower is not None and self.tessy_held.hold(request):
            del self.requests[request.request_id]
        else:
            free_blocks(self, request)

    return hold_or_free_blocks


def giving_up(reset_prefix_cache: Callable[..., bool]) -> Callable[..., bool]:
    """Give up what is held: vLLM empties its prefix cache only when no block is in use."""

    def give_up_and_reset(self: Any, *arguments: Any, **options: Any) -> bool:
        self.tessy_held.clear()
        return reset_prefix_cache(self, *arguments, **options)

    return give_up_and_reset


def stopping(check_stop: Callable[[Any, int], bool], finished: Any) -> Callable[[Any, int], bool]:
    """End requests at the boundary.

    Parameters
    ----------
    check_stop
        vLLM's own; called for each token of an output, after it was added.
    finished
        The status of a request that has stopped.
    """

    def check_stop_or_boundary(request: Any, max_model_len: int) -> bool:
        stopped = check_stop(request, max_model_len)
        follower = request.tessy_follower
        if follower is None or follower.is_read_ahead or (stopped and follower.outlook is None):
            return stopped
        try:
            decided = follower.follow(request)
        except Exception as error:  # whatever a request asks, the engine goes on
            follower.give_up(request, error)
            return stopped
        if stopped and (not decided or request.status == finished):
            # By this the asker knows that its tokens were judged.
            request.stop_reason = OWN if follower.outlook is not None else request.stop_reason
            return True
        if not decided or len(request._output_token_ids) < request.sampling_params.min_tokens:
            return False
        request.status = finished
        request.stop_reason = follower.reason
        return True

    return check_stop_or_boundary


WRAPPERS: Final[Mapping[str, Callable[[Any], Callable[..., Any]]]] = {
    "__init__": compiling,
    "add_request": following,
    "update_from_output": reading_ahead,
    "_update_request_as_session": shortening,
    "_handle_blocked_waiting_request": taking_up,
    "_free_blocks": holding,
    "reset_prefix_cache": giving_up,
}
"""What is put around the scheduler's methods, by their names."""
