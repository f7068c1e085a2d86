"""A model in this process, with transformers: every trace that waits shares the next forward pass."""

import asyncio
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tessy.chat import Chat
from tessy.engines.generator import Generated, Turn
from tessy.engines.judged import JudgedEngine
from tessy.engines.tokens import TokenSession
from tessy.errors import EngineError, UsageError, require
from tessy.prompts import Prompt
from tessy.provenance import describe_model
from tessy.settings import ModelSettings
from tessy.together import Together
from tessy.vocabulary import Vocabulary

if TYPE_CHECKING:
    from tessy.engines.batch import Continuation


class TransformersEngine(JudgedEngine):
    """One model on this machine's CPU or GPU.

    Parameters
    ----------
    settings
        `model` is a folder or a name transformers knows.

    Attributes
    ----------
    rows
        Takes the turns of all sessions and continues those that wait in one forward pass; there after `start`.
    """

    rows: "Together[Continuation, tuple[list[int], bool]]"

    def __init__(self, settings: ModelSettings) -> None:
        self.settings = settings

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
        # It belongs to the event loop that runs now; a notebook has another one for every call.
        self.rows = Together(self._generate, self.settings.batch_size)

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

    async def _generate(self, rows: "list[Continuation]") -> list[tuple[list[int], bool]]:
        try:
            return await asyncio.to_thread(self._model.generate, rows)
        except Exception as error:  # whatever the model raises belongs to these traces
            raise EngineError(f"the model failed: {error}", where=str(self.settings.model)) from error

    async def close(self) -> None:
        """Stop the batching; the model goes with the engine."""
        await self.rows.close()


class _CachedGenerator:
    """The part of a session that lives in this process: its keys and values."""

    def __init__(self, engine: TransformersEngine) -> None:
        from tessy.engines.batch import KeyValues

        self._engine = engine
        self._memory = KeyValues()

    async def generate(self, turn: Turn) -> Generated:
        from tessy.engines.batch import Continuation

        size, before = len(turn.token_ids), len(self._memory.token_ids)
        # The batch reads the ids in a thread: a copy, in case the trace is given up meanwhile.
        row = Continuation(self._memory, list(turn.token_ids), turn.max_tokens, turn.end_ids, turn.seed)
        cached = min(turn.unchanged, before, size - 1)
        return Generated(*await self._engine.rows.ask(row), prefilled=size - cached, cached=cached)

    def close(self) -> None:
        """Forget the keys and values; a batch that still runs goes on with those it has."""
        from tessy.engines.batch import KeyValues

        self._memory = KeyValues()
