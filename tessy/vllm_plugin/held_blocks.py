"""Keys and values of requests that have ended, held for the next request of the same session.

A prefix cache keeps whole blocks: over HTTP, every turn of a trace would read the last part of a block again, half a
block on average. A request that names its session leaves all it has read and written, and the session's next request
goes on from there. What is held is given up, oldest first, when a request finds no room, and when it is more than can
be of use: a session that has ended never comes back.
"""

from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any

from tessy.engines.block_layout import BlockLayout, block_groups
from tessy.vllm_plugin.extra_args import read_session


class HeldBlocks:
    """What a scheduler holds for sessions; asked only about requests that may follow a detector, which generate text.

    Parameters
    ----------
    scheduler
        vLLM's; its KV cache manager is told to give up what is held before it lacks room.
    """

    def __init__(self, scheduler: Any) -> None:
        from vllm.v1.core.single_type_kv_cache_manager import FullAttentionManager, SlidingWindowManager

        self._scheduler, self._manager = scheduler, scheduler.kv_cache_manager
        self._groups: Sequence[Any] = self._manager.coordinator.single_type_managers
        configuration = scheduler.kv_cache_config
        self._layout = BlockLayout(configuration.num_blocks, block_groups(configuration), 0)
        # Others keep states that cannot go back by a token; connectors and drafts have a say of their own in blocks.
        plain = all(type(group) in {FullAttentionManager, SlidingWindowManager} for group in self._groups)
        drafts = scheduler.num_spec_tokens or scheduler.num_lookahead_tokens
        self._can_hold = plain and scheduler.connector is None and not drafts
        self._most = 2 * scheduler.max_num_running_reqs
        self._held: OrderedDict[str, Any] = OrderedDict()
        self._makes_room = False

    def hold(self, request: Any) -> bool:
        """Hold what a request leaves that has come to its end; False where it names no session, or nothing can be held.

        Called in place of freeing its blocks.
        """
        if not self._can_hold or not _is_told_by_ids(request):
            return False
        session = read_session(request.sampling_params.extra_args)
        if session is None or not _has_ended(request) or not _computed(request):
            return False
        if not self._makes_room:
            # Only now: it is called for each request at each step.
            self._makes_room = True
            self._manager.allocate_slots = self._making_room(self._manager.allocate_slots)
        self._give_up(session)
        self._held[session] = request
        while len(self._held) > self._most:
            self._give_up(next(iter(self._held)))
        return True

    def take_up(self, request: Any) -> None:
        """Give a new request what its session's last one has left, as far as both say the same.

        Called when it is the request's turn to be scheduled: one that holds blocks while it waits goes before others.
        """
        if not self._held or request.num_computed_tokens:
            return
        session = read_session(request.sampling_params.extra_args)
        if session is None or (held := self._held.get(session)) is None:
            return
        computed, prompt = _computed(held), request.prompt_token_ids
        # One token at least must be read: what comes next is said after it.
        tokens = _common(held._all_token_ids, prompt, min(computed, len(prompt) - 1)) if prompt else 0
        alike = (held.lora_request, held.cache_salt) == (request.lora_request, request.cache_salt)
        alike = alike and _is_told_by_ids(request) and not request.skip_reading_prefix_cache
        if not alike or not self._layout.may_shorten(computed, tokens):
            # Whole blocks are still found in the prefix cache.
            self._give_up(session)
            return
        del self._held[session]
        for group in self._groups:
            group.req_to_blocks[request.request_id] = group.req_to_blocks.pop(held.request_id)
            group.num_cached_block[request.request_id] = group.num_cached_block.pop(held.request_id, 0)
        request.num_computed_tokens = tokens
        if request.prefill_stats is not None:
            request.prefill_stats.set(len(prompt), tokens, 0)

    def clear(self) -> None:
        """Give up everything."""
        while self._make_room(None):
            pass

    def _give_up(self, session: str) -> None:
        if held := self._held.pop(session, None):
            self._manager.free(held)

    def _making_room(self, allocate_slots: Callable[..., Any]) -> Callable[..., Any]:
        def allocate_slots_or_give_up(request: Any, *arguments: Any, **options: Any) -> Any:
            while (found := allocate_slots(request, *arguments, **options)) is None and self._make_room(request):
                pass
            return found

        return allocate_slots_or_give_up

    def _make_room(self, asking: Any) -> bool:
        """Give up something that the asking request does not have; False where there is nothing."""
        if not self._can_hold:
            return False
        if self._held:
            self._give_up(next(iter(self._held)))
            return True
        # Requests that wait with what they have taken up would wait for each other.
        for queue in (self._scheduler.kv_holding_waiting, self._scheduler.waiting):
            for one in queue:
                if one is not asking and one.num_computed_tokens and not one.resumable:
                    self._manager.free(one)
                    one.num_computed_tokens = 0
                    return True
        return False


def _has_ended(request: Any) -> bool:
    from vllm.v1.request import RequestStatus

    return request.status in {RequestStatus.FINISHED_STOPPED, RequestStatus.FINISHED_LENGTH_CAPPED}


def _is_told_by_ids(request: Any) -> bool:
    """Tell whether a request's ids say all that it reads: no embeddings and no images."""
    return request.prompt_embeds is None and not request.has_encoder_inputs


def _computed(request: Any) -> int:
    """Count the tokens whose keys and values are there; a step that is still under way counts for nothing."""
    return int(request.num_computed_tokens - request.num_output_placeholders)


def _common(left: Sequence[int], right: Sequence[int], most: int) -> int:
    """Count the tokens, `most` at most, with which both begin."""
    if left[:most] == right[:most]:
        return most
    return bisect_left(range(most), True, key=lambda place: left[: place + 1] != right[: place + 1])
