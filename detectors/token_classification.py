"""A Hugging Face token classifier in this process: token ids in, the probability of style at every position out."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from detectors.batches import batches_by_length
from detectors.checkpoint import read_config, style_label
from detectors.errors import DetectorFolderError, require

_BATCH_TOKENS = 4096
"""Tokens, padding included, that a model reads at once: bounds the memory that long texts take."""


class TokenClassifier(Protocol):
    """Whatever runs the model: this process or a server."""

    def style(self, sequences: Sequence[Sequence[int]]) -> list[NDArray[np.float64]]:
        """Return for each sequence of token ids the probability of style at each position: shape (tokens,)."""
        ...


class LocalClassifier:
    """Runs a token classifier with transformers; the model is loaded by the first call.

    Parameters
    ----------
    folder
        A Hugging Face folder with a ``...ForTokenClassification`` model that is causal.
    device
        Where to run it, such as ``cuda:1``; a GPU when there is one, else the CPU.
    """

    def __init__(self, folder: Path, device: str | None = None) -> None:
        self.folder, self._device = folder, device

    def style(self, sequences: Sequence[Sequence[int]]) -> list[NDArray[np.float64]]:
        """Return for each sequence the probability of style at each position.

        Sequences are read in batches of similar length; padding stands to the right, where a causal model does not
        see it.

        Raises
        ------
        MissingExtraError
            When torch is not installed.
        DetectorFolderError
            When the model cannot be loaded, or is not causal.
        """
        torch = require("torch", "torch")
        model = self._model
        found: list[NDArray[np.float64]] = [np.zeros(0)] * len(sequences)
        for batch in batches_by_length([len(sequence) for sequence in sequences], _BATCH_TOKENS):
            longest = len(sequences[batch[-1]])
            token_ids = torch.zeros((len(batch), longest), dtype=torch.long)
            mask = torch.zeros((len(batch), longest), dtype=torch.long)
            for row, index in enumerate(batch):
                token_ids[row, : len(sequences[index])] = torch.tensor(sequences[index])
                mask[row, : len(sequences[index])] = 1
            logits = self._logits(model, token_ids, mask)
            probabilities = logits.softmax(-1)[..., self._style].double().numpy()
            for row, index in enumerate(batch):
                found[index] = probabilities[row, : len(sequences[index])]
        return found

    @cached_property
    def _style(self) -> int:
        return style_label(read_config(self.folder))

    @cached_property
    def _model(self) -> Any:
        torch = require("torch", "torch")
        from transformers import AutoModelForTokenClassification

        device = self._device or ("cuda" if torch.cuda.is_available() else "cpu")
        # Half precision of CPUs is no faster everywhere and less exact; a GPU runs what the checkpoint holds.
        dtype = torch.float32 if device == "cpu" else "auto"
        with quiet_loading():
            try:
                model = AutoModelForTokenClassification.from_pretrained(self.folder, dtype=dtype)
            except (OSError, ValueError, RuntimeError, KeyError) as error:
                reason = str(error).strip().splitlines()
                raise DetectorFolderError(
                    f"the model cannot be loaded: {reason[0] if reason else type(error).__name__}",
                    where=str(self.folder),
                ) from error
        if not 0 <= self._style < model.config.num_labels >= 2:
            raise DetectorFolderError(
                f"its {model.config.num_labels} labels have no number {self._style} for style", where=str(self.folder)
            )
        model = model.to(device).eval()
        # A bidirectional model would decide anew on all words whenever a text goes on.
        mask = torch.ones((1, 2), dtype=torch.long)
        first, second = (self._logits(model, torch.tensor([[0, other]]), mask)[0, 0] for other in (1, 2))
        if not torch.allclose(first, second, atol=1e-6):
            raise DetectorFolderError(
                "the model is not causal: what it says of a token depends on all that follows",
                where=str(self.folder),
                advice="fit a detector from a causal language model: tessy-detect fit classifier",
            )
        return model

    @staticmethod
    def _logits(model: Any, token_ids: Any, mask: Any) -> Any:
        """Return the logits in float32 on the CPU: shape (sequences, positions, labels)."""
        torch = require("torch", "torch")
        with torch.inference_mode():
            output = model(input_ids=token_ids.to(model.device), attention_mask=mask.to(model.device))
        return output.logits.float().cpu()


@contextmanager
def quiet_loading() -> Iterator[None]:
    """Keep transformers from drawing progress bars and reporting on weights while it loads a model."""
    from transformers.utils import logging

    verbosity, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(verbosity)
        if bars:
            logging.enable_progress_bar()
