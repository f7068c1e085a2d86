"""A language model in this process that scores texts, with transformers on CPU or GPU."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from analysis.loss.language_model import Reading, Receive, TokenScores
from detectors.batches import batches_by_length
from detectors.encoding import load_tokenizer
from detectors.errors import UsageError, require
from detectors.model_folder import find_model, model_fingerprint
from detectors.token_classification import quiet_loading

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

DTYPES: Final = ("auto", "float64", "float32", "bfloat16", "float16")
BATCH_TOKENS: Final = 4096
"""Tokens, padding included, that the model reads at once."""
_MOST_LOGITS: Final = 1 << 27
"""Numbers: logits that are held at once, half a GiB in float32. More positions than that are read in steps."""
_UNBOUNDED: Final = 1 << 30


class LocalModel:
    """Scores texts with transformers; the model is loaded by the first reading.

    Readings of similar length share a batch. Padding stands to the right, where a causal model does not see it. A batch
    whose logits would not fit into memory is read in steps, each of which finds the keys and values of the ones before
    in the model's cache. Losses and ranks are computed in float32 (float64 where the model runs in it) from the model's
    logits; of tokens with equal logits none ranks behind the other.

    Parameters
    ----------
    model
        A Hugging Face folder, or a name on the hub. No remote code is run.
    device
        Where to run it, such as ``cuda:1``; a GPU when there is one, else the CPU.
    dtype
        One of `DTYPES`. ``auto`` is float32 on CPUs, and elsewhere what the checkpoint holds.
    context
        Tokens a reading may have; as many as the model's configuration says when None.
    batch_tokens
        Tokens, padding included, that are read at once; a longer reading is a batch of its own.

    Raises
    ------
    UsageError
        When the model's folder is missing, or the model knows no context so long.
    ValueError
        When a number is not positive, or the dtype none of `DTYPES`.
    """

    def __init__(
        self,
        model: str,
        *,
        device: str | None = None,
        dtype: str = "auto",
        context: int | None = None,
        batch_tokens: int = BATCH_TOKENS,
    ) -> None:
        if batch_tokens < 1 or (context is not None and context < 2):
            raise ValueError(f"a batch of {batch_tokens} tokens in a context of {context} holds no text")
        if dtype not in DTYPES:
            raise ValueError(f"{dtype!r} is none of {', '.join(DTYPES)}")
        self.folder: Path = find_model(model)
        self._device, self._dtype, self._batch_tokens = device, dtype, batch_tokens
        self._wanted = context
        self.most_logits = _MOST_LOGITS

    @cached_property
    def tokenizer(self) -> "PreTrainedTokenizerFast":
        """The model's tokenizer."""
        return load_tokenizer(str(self.folder))

    @cached_property
    def context(self) -> int:
        """The longest reading, in tokens."""
        from transformers import AutoConfig

        try:
            config = AutoConfig.from_pretrained(self.folder).get_text_config()
        except (OSError, ValueError) as error:
            raise self._unusable(error) from error
        known = int(getattr(config, "max_position_embeddings", 0) or 0) or _UNBOUNDED
        if (self._wanted or 0) > known:
            raise UsageError(f"a context of {self._wanted} tokens is too long for the model, which knows {known}")
        return self._wanted or known

    def describe(self) -> Mapping[str, Any]:
        """Say the hash of the model's weights, and in what precision it runs."""
        fingerprint = model_fingerprint(self.folder)
        return {"model": fingerprint, "dtype": self._dtype if self._dtype != "auto" else self._default_dtype()}

    def read(self, readings: Sequence[Reading], receive: Receive) -> None:
        """Score readings, shortest first.

        Raises
        ------
        MissingExtraError
            When torch is not installed.
        UsageError
            When the model cannot be loaded, memory does not suffice, or its losses are no numbers.
        """
        torch = require("torch", "torch")
        for batch in batches_by_length([len(reading.token_ids) for reading in readings], self._batch_tokens):
            try:
                nats, ranks = self._score([readings[index] for index in batch])
            except torch.OutOfMemoryError as error:
                raise UsageError(
                    f"{self.folder} does not fit into the device's memory with what it reads at once",
                    advice="lower --batch-tokens or --context, or choose --dtype bfloat16",
                ) from error
            for row, index in enumerate(batch):
                scored = slice(readings[index].first - 1, len(readings[index].token_ids) - 1)
                if not np.isfinite(nats[row, scored]).all():
                    raise UsageError(
                        f"the losses of {self.folder} are not finite",
                        advice="choose --dtype bfloat16 or float32",
                    )
                receive(index, TokenScores(nats[row, scored].copy(), ranks[row, scored].copy()))

    def _score(self, readings: Sequence[Reading]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Return losses and ranks of all tokens but the first, shape (readings, tokens - 1); 0 before the scored."""
        torch = require("torch", "torch")
        model = self._model
        longest = max(len(reading.token_ids) for reading in readings)
        token_ids, mask = (torch.zeros((len(readings), longest), dtype=torch.long) for _ in range(2))
        for row, reading in enumerate(readings):
            token_ids[row, : len(reading.token_ids)] = torch.tensor(reading.token_ids)
            mask[row, : len(reading.token_ids)] = 1
        nats = np.zeros((len(readings), longest - 1))
        ranks = np.zeros((len(readings), longest - 1), dtype=np.int64)
        token_ids, mask = token_ids.to(model.device), mask.to(model.device)
        first = min(reading.first for reading in readings) - 1
        vocabulary = int(model.get_output_embeddings().weight.shape[0])
        step = max(1, self.most_logits // (len(readings) * vocabulary))
        cache = None
        for begin in range(0, longest - 1, step):
            end = min(begin + step, longest - 1)
            with torch.inference_mode():
                output = model(
                    input_ids=token_ids[:, begin:end],
                    attention_mask=mask[:, :end],
                    past_key_values=cache,
                    use_cache=longest - 1 > step,
                )
                cache = output.past_key_values if longest - 1 > step else None
                if end <= first:
                    continue
                since = max(begin, first)
                logits = output.logits[:, since - begin :]
                logits = logits if logits.dtype == torch.float64 else logits.float()
                own = logits.gather(-1, token_ids[:, since + 1 : end + 1, None])
                nats[:, since:end] = (logits.logsumexp(-1) - own[..., 0]).double().cpu().numpy()
                ranks[:, since:end] = (1 + (logits > own).sum(-1)).cpu().numpy()
        return nats, ranks

    @cached_property
    def _model(self) -> Any:
        torch = require("torch", "torch")
        from transformers import AutoModelForCausalLM

        name = self._dtype if self._dtype != "auto" else self._default_dtype()
        dtype = name if name == "auto" else getattr(torch, name)
        with quiet_loading():
            try:
                model = AutoModelForCausalLM.from_pretrained(self.folder, dtype=dtype)
            except Exception as error:  # safetensors and torch raise no narrower class for broken weights
                raise self._unusable(error) from error
        try:
            return model.to(self._where()).eval()
        except (RuntimeError, AssertionError) as error:
            raise UsageError(
                f"cannot use device {self._device!r}: {str(error).partition(chr(10))[0]}",
                advice="choose another device: cpu, cuda, cuda:1, ...",
            ) from error

    def _where(self) -> str:
        return self._device or ("cuda" if require("torch", "torch").cuda.is_available() else "cpu")

    def _default_dtype(self) -> str:
        return "float32" if self._where() == "cpu" else "auto"

    def _unusable(self, error: Exception) -> UsageError:
        reason = str(error).strip().splitlines()
        return UsageError(
            f"{self.folder} cannot be read as a language model: {reason[0] if reason else type(error).__name__}",
            advice="give a Hugging Face folder of a causal language model",
        )
