"""vLLM's own scheduler without a model: at each position of a request stands the token that its line says."""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from tessy.vllm_plugin.tap import FORESEEN

BLOCK_SIZE = 32
WAYS: Mapping[str, Mapping[str, Any]] = {
    "step by step": {},
    "one step ahead": {"asynchronous": True},
    "little memory": {"blocks": 12},
    "little memory, one step ahead": {"blocks": 12, "asynchronous": True},
    "interrupted": {"interruptions": 5},
    "interrupted, one step ahead": {"interruptions": 5, "asynchronous": True},
}
"""What schedulers are to be tried with, as settings of `ScheduledEngine`."""

Turn = tuple[Mapping[str, Any] | None, int, object]
"""What a turn asks for, after how many tokens it should stop, and its stop reason."""


class ScheduledEngine:
    """Steps a real scheduler of vLLM as its engine does, with lines of token ids in place of a model.

    Parameters
    ----------
    model
        Folder of a model; only its configuration and its tokenizer are read.
    blocks
        Size of the KV cache, in blocks of `BLOCK_SIZE` tokens.
    asynchronous
        Whether the next step is scheduled before this one's tokens are known, as on GPUs.
    drafts
        Tokens a step that speculative decoding adds; all of them are right.
    interruptions
        Every so many steps, all running requests are preempted; 0 for never.
    most_requests
        At once.
    checked
        Whether each step checks that the keys and values a request reads are those of its own line.
    foreseen
        What the workers tell of a probe: its fingerprint -> for each request a number at each position of its line;
        with None among them, they tell nothing in that step.

    Attributes
    ----------
    outputs
        For each request, the tokens of each of its turns.
    reasons
        For each request, how each of its turns ended: vLLM's finish reason and stop reason.
    """

    def __init__(
        self,
        model: Path,
        *,
        blocks: int = 1024,
        asynchronous: bool = False,
        drafts: int = 0,
        interruptions: int = 0,
        most_requests: int = 256,
        checked: bool = False,
        foreseen: Mapping[str, Mapping[str, Sequence[float | None]]] | None = None,
    ) -> None:
        import torch
        from vllm.engine.arg_utils import EngineArgs
        from vllm.utils.hashing import get_hash_fn_by_name
        from vllm.v1.core.kv_cache_utils import get_request_block_hasher, init_none_hash
        from vllm.v1.kv_cache_interface import FullAttentionSpec, KVCacheConfig, KVCacheGroupSpec
        from vllm.v1.structured_output import StructuredOutputManager

        speculative: dict[str, Any] = {"method": "ngram", "num_speculative_tokens": drafts, "prompt_lookup_max": 2}
        self.config = EngineArgs(
            model=str(model),
            dtype="float32",
            enforce_eager=True,
            block_size=BLOCK_SIZE,
            max_num_seqs=most_requests,
            max_num_batched_tokens=1 << 16,
            async_scheduling=asynchronous,
            speculative_config=speculative if drafts else None,
        ).create_engine_config()
        self.config.cache_config.num_gpu_blocks = blocks
        layers = FullAttentionSpec(block_size=BLOCK_SIZE, num_kv_heads=1, head_size=1, dtype=torch.float32)
        self.scheduler: Any = self.config.scheduler_config.get_scheduler_cls()(
            vllm_config=self.config,
            kv_cache_config=KVCacheConfig(blocks, [], [KVCacheGroupSpec(["layer"], layers)]),
            structured_output_manager=StructuredOutputManager(self.config),
            block_size=BLOCK_SIZE,
        )
        hashing = get_hash_fn_by_name(self.config.cache_config.prefix_caching_hash_algo)
        init_none_hash(hashing)
        self._hasher = get_request_block_hasher(BLOCK_SIZE, hashing)
        self.outputs: dict[str, list[list[int]]] = {}
        self.reasons: dict[str, list[tuple[str, int | str | None]]] = {}
        self.requests: dict[str, Any] = {}
        self._lines: dict[str, Sequence[int]] = {}
        self._drafts = drafts
        self._interruptions = interruptions
        self._steps = 0
        # (block, place in it) -> the token it was written for.
        self._written: dict[tuple[int, int], int] | None = {} if checked else None
        self._ahead: deque[tuple[Any, dict[str, int | None]]] = deque()
        self._lag = 1 if asynchronous else 0
        self._foreseen = foreseen or {}

    def add(
        self,
        name: str,
        prompt: Sequence[int],
        line: Sequence[int],
        *,
        extra_args: Mapping[str, Any] | None = None,
        resumable: bool = False,
        parameters: Any = None,
        **settings: Any,
    ) -> None:
        """Add a request, or the next turn of a resumable one.

        Parameters
        ----------
        name
            Its id.
        prompt
            Its prompt; of a later turn, what that adds.
        line
            What stands at each position of the whole, prompts included.
        extra_args
            Of the sampling parameters.
        resumable
            Whether turns may follow.
        parameters
            The sampling parameters themselves, in place of `extra_args` and `settings`.
        settings
            More sampling parameters.
        """
        from vllm import SamplingParams
        from vllm.v1.request import Request

        if parameters is None:
            extra = None if extra_args is None else dict(extra_args)
            parameters = SamplingParams(**{"max_tokens": 4096, "detokenize": False, **settings}, extra_args=extra)
        request = Request(name, list(prompt), parameters, None, resumable=resumable, block_hasher=self._hasher)
        self._lines[name] = line
        self.requests.setdefault(name, request)
        self.outputs.setdefault(name, []).append([])
        self.scheduler.add_request(request)

    def step(self) -> None:
        """Schedule one step, and give the scheduler the tokens of the step that is due."""
        self._steps += 1
        if self._interruptions and self._steps % self._interruptions == 0:
            # vLLM preempts all, and then takes it for a failure that sessions between two turns keep their memory.
            with suppress(RuntimeError):
                self.scheduler.reset_prefix_cache(reset_running_requests=True)
        scheduled = self.scheduler.schedule()
        ends = {}
        for name in scheduled.num_scheduled_tokens:
            request = self.scheduler.requests[name]
            # Nothing is sampled after a part of a prompt that does not fit into one step.
            ends[name] = None if request.is_prefill_chunk else request.num_computed_tokens
            if self._written is not None:
                self._write(request, scheduled.num_scheduled_tokens[name], self._written)
        self._ahead.append((scheduled, ends))
        if len(self._ahead) > self._lag:
            self._update(*self._ahead.popleft())

    def _write(self, request: Any, count: int, written: dict[tuple[int, int], int]) -> None:
        """Write the slots of the last so many tokens of a request, and check all."""
        name, end = request.request_id, request.num_computed_tokens
        line, (blocks,) = self._lines[name], self.scheduler.kv_cache_manager.get_block_ids(name)
        slots = [(blocks[place // BLOCK_SIZE], place % BLOCK_SIZE) for place in range(end)]
        written.update(zip(slots[end - count :], line[end - count : end], strict=True))
        assert [written.get(slot) for slot in slots] == list(line[:end]), f"{name} reads what is not its own"

    def _update(self, scheduled: Any, ends: Mapping[str, int | None]) -> None:
        from vllm.v1.outputs import DraftTokenIds, ModelRunnerOutput

        drafted = scheduled.scheduled_spec_decode_tokens
        sampled = [
            [] if end is None else list(self._lines[name][end - len(drafted.get(name, ())) : end + 1])
            for name, end in ends.items()
        ]
        places = {name: place for place, name in enumerate(ends)}
        output = ModelRunnerOutput(req_ids=list(ends), req_id_to_index=places, sampled_token_ids=sampled)
        told = {
            fingerprint: [of_requests[name][(end or 1) - 1] for name, end in ends.items()]
            for fingerprint, of_requests in self._foreseen.items()
        }
        if told and all(None not in numbers for numbers in told.values()):
            setattr(output, FORESEEN, told)
        for group in self.scheduler.update_from_output(scheduled, output).values():
            for made in group.outputs:
                self.outputs[made.request_id][-1].extend(made.new_token_ids)
                if made.finish_reason is not None:
                    reason = (str(made.finish_reason), made.stop_reason)
                    self.reasons.setdefault(made.request_id, []).append(reason)
        if self._drafts:
            drafts = [self._draft(name) for name in ends]
            self.scheduler.update_draft_token_ids(DraftTokenIds(list(ends), drafts))

    def _draft(self, name: str) -> list[int]:
        start = self.requests[name].num_tokens
        return list(self._lines[name][start : start + self._drafts])

    def run(self) -> None:
        """Step until no request has anything left to do."""
        while self.scheduler.has_unfinished_requests():
            self.step()
        while self._ahead:
            self._update(*self._ahead.popleft())


def take_turns(
    engine: ScheduledEngine, lines: Sequence[Sequence[int]], most: int, turn_of: Callable[[str, int, int], Turn]
) -> None:
    """Let a session on each line take six turns, each beginning behind where the one before has stopped.

    Parameters
    ----------
    engine
        Runs them.
    lines
        What stands in each session.
    most
        The most tokens of a turn.
    turn_of
        Says of a session's name, the number of its turn and the place where its output begins what the turn is.
    """
    held = {str(number): 20 for number in range(len(lines))}
    for turn in range(6):
        expected = {}
        for name, position in held.items():
            line = lines[int(name)]
            # The last token of the turn before was dropped, so that it is the first new one of this turn.
            start = position + (5 if turn else 0)
            arguments, length, reason = turn_of(name, turn, start)
            expected[name] = (line[start : start + length], reason)
            held[name] = start + length - 1
            prompt = line[position:start] if turn else line[:start]
            engine.add(name, prompt, line, extra_args=arguments, max_tokens=most, resumable=True)
        engine.run()
        found = {name: (engine.outputs[name][-1], engine.reasons[name][-1][1]) for name in expected}
        assert found == expected, turn
        held = {name: position for name, position in held.items() if position < 250}
    assert held
