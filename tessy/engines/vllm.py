"""A model in this program with vLLM: sessions keep their keys and values, and drafts end at the boundary inside."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tessy.chat import Chat
from tessy.engines.block_layout import BlockLayout
from tessy.engines.gathering import Gathering
from tessy.engines.generator import Turn
from tessy.engines.judged import JudgedEngine
from tessy.engines.tokens import TokenSession
from tessy.engines.vllm_capacity import Capacity
from tessy.engines.vllm_launch import Launch, import_vllm
from tessy.engines.vllm_session import ALL_AT_ONCE, SessionGenerator, Stream
from tessy.errors import EngineError, EngineUnavailableError
from tessy.prompts import Prompt
from tessy.provenance import describe_model
from tessy.settings import ModelSettings
from tessy.vllm_plugin.extra_args import READY, keep_argument, probe_arguments, stop_arguments
from tessy.vocabulary import Vocabulary

# There is nothing to save: a process that takes longer is killed.
_END_SECONDS = 2.0


class VllmEngine(JudgedEngine):
    """One model, in engine processes of its own that this program starts and ends.

    Parameters
    ----------
    settings
        `model` is a folder or a name vLLM knows.
    arguments
        Replace arguments of vLLM's `AsyncEngineArgs`, for tests and measurements.

    Attributes
    ----------
    llm
        vLLM's `AsyncLLM`, after `start`.
    capacity
        Shares the engine's memory among sessions.
    gathering
        Lets turns wait for each other.
    """

    llm: Any = None
    capacity: Capacity
    gathering: Gathering

    def __init__(self, settings: ModelSettings, arguments: Mapping[str, Any] | None = None) -> None:
        self.settings = settings
        self._arguments = arguments or {}
        self._launch: Launch | None = None
        self._closing: set[asyncio.Task[None]] = set()

    @property
    def name(self) -> str:
        """The model's folder or name."""
        return str(self.settings.model)

    async def start(self) -> None:
        """Start vLLM with the model, about a minute, and ask whether it can stop at boundaries.

        Raises
        ------
        MissingExtraError
            When vLLM is not installed.
        EngineError, UsageError
            When there is no such model, no tokenizer for it, or it does not start; the message names the settings.
        """
        settings = self.settings
        if not isinstance(settings.model, str):
            raise EngineError(f"{settings.model!r} mixes servers and models", advice="name one model, or only URLs")
        await asyncio.to_thread(import_vllm)
        vocabulary = await asyncio.to_thread(
            Vocabulary.load, settings.tokenizer or settings.model, trust_remote_code=settings.trust_remote_code
        )
        self.compile(vocabulary)
        self.chat = Chat(vocabulary, template_options=settings.template_options)
        self._launch = Launch(settings, self.detector if self.stops_by else None, self._arguments)
        try:
            await self._start_processes(self._launch)
            await self._prepare(vocabulary)
        except BaseException:
            await self.close()
            raise

    async def _start_processes(self, launch: Launch) -> None:
        starting = asyncio.ensure_future(asyncio.to_thread(launch.start))
        try:
            self.llm = await asyncio.shield(starting)
        except asyncio.CancelledError:
            # A start that is given up ends soon after its processes do.
            while not starting.done():
                launch.stop()
                await asyncio.wait([starting], timeout=0.2)
            self.llm = None if starting.exception() else starting.result()
            raise

    async def _prepare(self, vocabulary: Vocabulary) -> None:
        """Learn how the engine's memory is cut and whether it knows the detector."""
        configuration = self.llm.vllm_config
        length = int(configuration.model_config.max_model_len)
        self._context_length = min(self.settings.context_length or length, length)
        groups = (await self.llm.collective_rpc("prepare_sessions"))[0]
        # vLLM keeps one block for itself.
        layout = BlockLayout(
            configuration.cache_config.num_gpu_blocks - 1,
            [(size, window) for size, window in groups],
            configuration.scheduler_config.max_num_batched_tokens,
        )
        self.capacity = Capacity(layout, configuration.scheduler_config.max_num_seqs)
        self.gathering = Gathering(self.settings.gather_seconds, lambda: self.capacity.busy + self.capacity.idle)
        self.stops_inside = await self._asks_plugin(vocabulary)
        self.tap(self.name, is_known=self.stops_inside)

    async def _asks_plugin(self, vocabulary: Vocabulary) -> bool:
        """Ask the engine for the detector; one without the plugin, or of another version, just answers."""
        fingerprint = self.stops_by
        if fingerprint is None:
            return False
        arguments = probe_arguments(fingerprint)
        parameters = self._parameters(max_tokens=2, end_ids=frozenset(), seed=0, arguments=arguments)
        prompt = {"type": "token", "prompt_token_ids": vocabulary.encode("a") or [0]}
        reason = None
        async for output in self.llm.generate(prompt, parameters, "tessy-probe"):
            reason = output.outputs[0].stop_reason
        return bool(reason == READY)

    def may_shorten(self, held: int, keep: int) -> bool:
        """Tell whether a session of `held` tokens can go on from its first `keep`: the plugin forgets the rest."""
        return self.stops_inside and self.capacity.layout.may_shorten(held, keep)

    def parameters(self, turn: Turn, keep: int | None) -> Any:
        """Make vLLM's sampling parameters for a turn of a session of which `keep` tokens are wanted (None: all)."""
        arguments: dict[str, Any] = {**stop_arguments(turn.stop)} if turn.stop and self.stops_inside else {}
        if keep is not None:
            arguments |= keep_argument(keep)
        return self._parameters(max_tokens=turn.max_tokens, end_ids=turn.end_ids, seed=turn.seed, arguments=arguments)

    def _parameters(
        self, *, max_tokens: int, end_ids: frozenset[int], seed: int, arguments: Mapping[str, Any] | None
    ) -> Any:
        from vllm import SamplingParams
        from vllm.sampling_params import RequestOutputKind

        sampling = self.settings.sampling
        return SamplingParams(
            temperature=sampling.temperature,
            top_p=sampling.top_p,
            top_k=sampling.top_k,
            seed=seed,
            max_tokens=max_tokens,
            stop_token_ids=sorted(end_ids),
            ignore_eos=True,
            detokenize=False,
            output_kind=RequestOutputKind.DELTA,
            stream_interval=ALL_AT_ONCE,
            extra_args=dict(arguments) if arguments else None,
            # Made for this turn alone: a deep copy of it would cost as much as all the rest.
            skip_clone=True,
        )

    def describe(self) -> Mapping[str, Any]:
        """Say the model's name, and the hashes of its weights and its tokenizer."""
        name = Path(self.name).name if Path(self.name).is_dir() else self.name
        return describe_model(name, self.name, self.chat.vocabulary.fingerprint, self.settings)

    def open(self, prompt: Prompt, *, seed: int) -> TokenSession:
        """Open a session; it takes no memory of the engine before its first draft."""
        return TokenSession(self.chat, prompt, SessionGenerator(self), context_length=self._context_length, seed=seed)

    def failure(self, error: Exception) -> EngineError:
        """Say what an error of vLLM means for a trace."""
        cause = self._launch.cause() if self._launch else ""
        if self.llm is None or self.llm.errored:
            return EngineUnavailableError(
                f"vLLM has ended: {cause or error or type(error).__name__}",
                where=self.name,
                advice="lower gpu_memory_fraction or max_sessions if it was short of memory",
            )
        return EngineError(f"the model failed: {error or type(error).__name__}", where=self.name)

    def close_later(self, stream: Stream) -> None:
        """End a stream without waiting for it."""
        task = asyncio.get_running_loop().create_task(stream.aclose())
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    async def close(self) -> None:
        """End the sessions and the engine's processes."""
        await asyncio.gather(*self._closing, return_exceptions=True)
        llm, self.llm = self.llm, None
        if llm is not None:
            # It would take the end for an accident, and say so.
            if llm.output_handler is not None:
                llm.output_handler.cancel()
            await asyncio.to_thread(llm.shutdown, timeout=_END_SECONDS)
        launch, self._launch = self._launch, None
        if launch is not None:
            await asyncio.to_thread(launch.stop)
