"""A frozen language model's hidden states at the words of texts: what a probe reads."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from detectors.batches import batches_by_length
from detectors.encoding import Encoding, encode, load_tokenizer, windows
from detectors.errors import DetectorFolderError, UsageError, require
from detectors.lower_layers import FINAL, count_layers, load_lower_layers, watch_layers
from detectors.model_folder import find_model, model_fingerprint
from detectors.state_source import Piece
from detectors.token_classification import quiet_loading

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

STRIDE: Final = 128
"""Tokens: half a window. Labelled segments are about as long, and style is seldom decided by more."""
_BATCH_TOKENS: Final = 4096
"""Tokens, padding included, that the model reads at once: bounds the memory that long texts take."""


class HiddenStates:
    """Runs a causal language model, or its lower layers alone; it is loaded by the first call.

    Long texts are read in overlapping windows that stand where the text began (see `detectors.encoding.windows`), each
    after the model's begin-of-text token; where it has none, after its end-of-text token, which is what stood between
    documents when it was trained.

    Parameters
    ----------
    model
        A Hugging Face folder, or a name on the hub. No remote code is run.
    layers
        Which states: n is what layer n returns, counted from 1; 0 the token embeddings; `FINAL` what the model's
        output head reads, after the final norm. Layers above the highest are neither loaded nor run.
    stride
        Tokens: half a window.
    fingerprint
        What `model_fingerprint` must say of the model; None accepts any.
    device
        Where to run it, such as ``cuda:1``; a GPU when there is one, else the CPU.

    Raises
    ------
    ValueError
        When there are no layers, one is neither `FINAL` nor a number from 0, or they are not in rising order.
    """

    def __init__(
        self,
        model: str,
        layers: Sequence[int],
        *,
        stride: int = STRIDE,
        fingerprint: str | None = None,
        device: str | None = None,
    ) -> None:
        if not layers or min(layers) < FINAL or list(layers) != sorted(set(layers)):
            raise ValueError(f"layers must be final ({FINAL}) or numbers from 0, in rising order, got {list(layers)}")
        if stride < 1:
            raise ValueError(f"a window needs at least one token to judge, got {stride}")
        folder = Path(model).expanduser()
        self.model = str(folder.absolute()) if folder.is_dir() else model
        self.layers, self.stride = tuple(layers), stride
        self._expected, self._device = fingerprint, device

    def encode(self, text: str) -> Encoding:
        """Cut a text into the model's tokens."""
        return encode(self._tokenizer, text)

    def read(self, texts: Sequence[str]) -> Iterator[Piece]:
        """Yield the states of all words of all texts in float32, in pieces of any order and bounded size.

        Raises
        ------
        MissingExtraError
            When torch is not installed.
        UsageError, DetectorFolderError
            When the model cannot be found or loaded, or is not the one of the fingerprint.
        """
        runs = [run for index, text in enumerate(texts) for run in self._runs(index, text)]
        for batch in batches_by_length([len(run.token_ids) for run in runs], _BATCH_TOKENS):
            yield from self._run([runs[index] for index in batch])

    @cached_property
    def folder(self) -> Path:
        """The model's folder on this machine, once its content was found to be the expected."""
        if self._expected is None:
            return find_model(self.model)
        advice = "put the model the probe was fitted to there again, or fit the probe again"
        try:
            folder = find_model(self.model)
            found = model_fingerprint(folder)
        except UsageError as error:
            raise DetectorFolderError(error.message, advice=advice) from error
        if found != self._expected:
            raise DetectorFolderError(
                f"the model in {folder} has the hash {found[:12]}..., not {self._expected[:12]}...", advice=advice
            )
        return folder

    @cached_property
    def fingerprint(self) -> str:
        """The SHA-256 of the model's configuration, tokenizer and weights."""
        return self._expected or model_fingerprint(self.folder)

    def _runs(self, index: int, text: str) -> Iterator["_Run"]:
        encoding = self.encode(text)
        count = len(encoding.token_ids)
        last = np.array([min(end, count) - 1 for _, end in encoding.tokens_of], dtype=np.intp)
        last = np.maximum.accumulate(last) if last.size else last
        for window in windows(max(count, 1), self.stride):
            # A text whose characters the tokenizer drops has words but no tokens: they get the first token's state.
            first, end = np.searchsorted(last, [window.first if window.start else -1, window.end])
            if first < end:
                token_ids = [self._begin, *encoding.token_ids[window.start : window.end]]
                yield _Run(index, int(first), token_ids, last[first:end] + 1 - window.start)

    def _run(self, runs: Sequence["_Run"]) -> Iterator[Piece]:
        torch = require("torch", "torch")
        shape = (len(runs), max(len(run.token_ids) for run in runs))
        token_ids, mask = (torch.zeros(shape, dtype=torch.long) for _ in range(2))
        for row, run in enumerate(runs):
            token_ids[row, : len(run.token_ids)] = torch.tensor(run.token_ids)
            mask[row, : len(run.token_ids)] = 1
        model = self._model
        with torch.inference_mode():
            model(input_ids=token_ids.to(model.device), attention_mask=mask.to(model.device), use_cache=False)
        for row, run in enumerate(runs):
            at = torch.from_numpy(run.positions).to(model.device)
            states = torch.stack([self._seen[layer][row, at] for layer in self.layers], dim=1)
            yield Piece(run.text, run.first, states.float().cpu().numpy())
        self._seen.clear()

    @cached_property
    def _seen(self) -> dict[int, Any]:
        """The states of the last batch, by layer."""
        return {}

    @cached_property
    def _tokenizer(self) -> "PreTrainedTokenizerFast":
        return load_tokenizer(str(self.folder))

    @cached_property
    def _begin(self) -> int:
        tokenizer = self._tokenizer
        for token in (tokenizer.bos_token_id, tokenizer.eos_token_id):
            if token is not None:
                return int(token)
        raise UsageError(f"the tokenizer of {self.model} has neither a begin-of-text nor an end-of-text token")

    @cached_property
    def _model(self) -> Any:
        torch = require("torch", "torch")
        device = self._device or ("cuda" if torch.cuda.is_available() else "cpu")
        with quiet_loading():
            highest = count_layers(self.folder) if FINAL in self.layers else self.layers[-1]
            model = load_lower_layers(self.folder, highest, "float32" if device == "cpu" else "auto")
        watch_layers(model, self.layers, self._seen)
        return model.to(device).eval()


@dataclass(frozen=True, slots=True, eq=False)
class _Run:
    """One window of a text: what the model reads, and the positions of the words it is asked about, `first` on."""

    text: int
    first: int
    token_ids: list[int]
    positions: NDArray[np.intp]
