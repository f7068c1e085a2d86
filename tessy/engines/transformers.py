"""A model in this process, with transformers: every trace that waits shares the next forward pass."""

import asyncio
import contextlib
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tessy.chat import Chat
from tessy.engines.base import StopRule
from tessy.engines.judged import JudgedEngine
from tessy.engines.tokens import Generated, TokenSession
from tessy.errors import EngineError, UsageError, require
from tessy.prompts import Prompt
from tessy.provenance import describe_model
from tessy.settings import ModelSettings
from tessy.vocabulary import Vocabulary

if TYPE_CHECKING:
    from tessy.engines.batch import Continuation


class TransformersEngine(JudgedEngine):
    """One model on this machine's CPU or GPU.

    Parameters
    ----------
    settings
        `model` is a folder or a name transformers knows.
    """

    def __init__(self, settings: ModelSettings) -> None:
        self.settings = settings
        self._waiting: list[tuple[Continuation, asyncio.Future[tuple[list[int], bool]]]] = []
        self._worker: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Load the model and its tokenizer.

        Raises
        ------
        MissingExtraError
            When torch is not installed.
        EngineError, UsageError
            When there is no such model or device, or no tokenizer for it.
        """
        await asyncio.to_thread(self._load)
        # Both belong to the event loop that runs now; a notebook has another one for every call.
        self._wake = asyncio.Event()
        self._waiting.clear()
        self._worker = asyncio.create_task(self._work())

    def _load(self) -> None:
        torch = require("torch", "torch")
        with warnings.catch_warnings():
            # In notebooks without widgets, tqdm warns that it falls back to text.
            warnings.filterwarnings("ignore", message="IProgress not found")
            transformers = require("transformers", "torch")
        from tessy.engines.batch import BatchedModel

        # A bar for every load would stand in the way of the run's own.
        transformers.utils.logging.disable_progress_bar()
        settings = self.settings
        if not isinstance(settings.model, str):
            raise EngineError(f"{settings.model!r} mixes servers and models", advice="name one model, or only URLs")
        device = settings.device
        if device == "auto":
            device = "cuda" if torch.cuda.is_available() else "cpu"
        dtype = settings.dtype
        if dtype == "auto":
            dtype = "float32" if device == "cpu" else "bfloat16"
        vocabulary = Vocabulary.load(settings.tokenizer or settings.model, trust_remote_code=settings.trust_remote_code)
        self.compile(vocabulary)
        self.chat = Chat(vocabulary, template_options=settings.template_options)
        try:
            model = transformers.AutoModelForCausalLM.from_pretrained(
                settings.model, dtype=getattr(torch, dtype), trust_remote_code=settings.trust_remote_code
            )
        except Exception as error:  # safetensors and torch raise no narrower class for broken weights
            raise EngineError(
                f"cannot load the model: {str(error).strip().partition(chr(10))[0] or type(error).__name__}",
                where=settings.model,
                advice="give a model's folder, a name from the hub, or the URL of a vLLM server",
            ) from error
        length = int(getattr(model.config.get_text_config(), "max_position_embeddings", 0) or 0)
        self._context_length = min(settings.context_length or length or 1 << 30, length or 1 << 30)
        try:
            model = model.to(device).eval()
        except (RuntimeError, AssertionError) as error:
            raise UsageError(
                f"cannot use device {device!r}: {str(error).partition(chr(10))[0]}",
                advice="choose another device: cpu, cuda, cuda:1, ...",
            ) from error
        self._model: BatchedModel = BatchedModel(model, settings.sampling)

    def describe(self) -> Mapping[str, Any]:
        """Say the model's name, and the hashes of its weights and its tokenizer."""
        folder = str(self.settings.model)
        name = Path(folder).name if Path(folder).is_dir() else folder
        return describe_model(name, folder, self.chat.vocabulary.fingerprint, self.settings)

    def open(self, prompt: Prompt, *, seed: int) -> TokenSession:
        """Open a session with an empty cache."""
        return TokenSession(self.chat, prompt, _CachedGenerator(self), context_length=self._context_length, seed=seed)

    async def submit(self, row: "Continuation") -> tuple[list[int], bool]:
        """Queue one row for the next batch."""
        future: asyncio.Future[tuple[list[int], bool]] = asyncio.get_running_loop().create_future()
        self._waiting.append((row, future))
        self._wake.set()
        return await future

    async def _work(self) -> None:
        while True:
            await self._wake.wait()
            # One turn of the loop lets every trace that is ready join the batch.
            await asyncio.sleep(0)
            size = self.settings.batch_size
            batch = [(row, future) for row, future in self._waiting[:size] if not future.done()]
            del self._waiting[:size]
            if not self._waiting:
                self._wake.clear()
            if not batch:
                continue
            try:
                answers = await asyncio.to_thread(self._model.generate, [row for row, _ in batch])
            except Exception as error:
                # Whatever the model raises belongs to these traces.
                failure = EngineError(f"the model failed: {error}", where=str(self.settings.model))
                for _, future in batch:
                    if not future.done():
                        future.set_exception(failure)
                continue
            for (_, future), answer in zip(batch, answers, strict=True):
                if not future.done():
                    future.set_result(answer)

    async def close(self) -> None:
        """Stop the batching; the model goes with the engine."""
        if self._worker is not None:
            self._worker.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._worker


class _CachedGenerator:
    """The part of a session that lives in this process: its keys and values."""

    def __init__(self, engine: TransformersEngine) -> None:
        from tessy.engines.batch import KeyValues

        self._engine = engine
        self._memory = KeyValues()

    async def generate(
        self,
        token_ids: Sequence[int],
        *,
        unchanged: int,
        max_tokens: int,
        end_ids: frozenset[int],
        seed: int,
        stop: StopRule | None,
    ) -> Generated:
        from tessy.engines.batch import Continuation

        before = len(self._memory.token_ids)
        # The batch reads the ids in a thread: a copy, in case the trace is given up meanwhile.
        answer = await self._engine.submit(Continuation(self._memory, list(token_ids), max_tokens, end_ids, seed))
        cached = min(unchanged, before, len(token_ids) - 1)
        return Generated(*answer, prefilled=len(token_ids) - cached, cached=cached)

    def close(self) -> None:
        """Forget the keys and values; a batch that still runs goes on with those it has."""
        from tessy.engines.batch import KeyValues

        self._memory = KeyValues()
