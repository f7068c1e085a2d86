"""The boundary predictor: a causal language model with a token-classification head."""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from detectors.alignment import Alignment, word_probabilities
from detectors.base import DetectorState
from detectors.calibration import Calibration
from detectors.checkpoint import read_config, style_label
from detectors.encoding import encode, load_tokenizer, settled_characters
from detectors.log_odds import log_odds, probability
from detectors.logistic import LogisticDetector
from detectors.spans import Span, from_words, words
from detectors.token_classification import LocalClassifier, TokenClassifier
from detectors.word_part import with_word_part, word_part_of

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast


_NEAREST = 1e-4
"""How near to 0 and 1 a probability may come before its log-odds are taken: neither part may overrule the other."""


class ClassifierDetector:
    """Says of each word how likely it is style: the mean over its tokens of what a token classifier says.

    A logistic detector over the words may have a say: the log-odds of the two are then averaged. The classifier knows
    what a phrase means in its context, the words what the annotators call style; each alone is worse than both.

    Long texts are read in overlapping windows that stand where the text began, so that no decision depends on where
    a text was cut further right. The model is loaded when first used, or runs on a vLLM server.

    Parameters
    ----------
    checkpoint
        A Hugging Face folder of a causal ``...ForTokenClassification`` model with its fast tokenizer.
    alignment
        How its labels are shifted, and its windows.
    threshold
        The least probability of a style word.
    word_part
        The logistic detector that has a say; None for a classifier alone.
    share
        Its share of the log-odds, 0 to 1.
    calibration
        Applied to the probabilities before they are compared with the threshold.
    endpoint
        URL of a vLLM server that serves `checkpoint` (see `detectors.serving`); None runs it in this process.
    device
        Where to run it in this process, such as ``cuda:1``; a GPU when there is one.

    Raises
    ------
    UsageError, DetectorFolderError
        When the folder is missing or holds no token classifier.
    ValueError
        When the threshold or the share does not lie between 0 and 1.
    """

    kind: ClassVar[str] = "classifier"

    def __init__(
        self,
        checkpoint: Path,
        *,
        alignment: Alignment,
        threshold: float = 0.5,
        word_part: LogisticDetector | None = None,
        share: float = 0.5,
        calibration: Calibration | None = None,
        endpoint: str | None = None,
        device: str | None = None,
    ) -> None:
        if not 0 < threshold < 1:
            raise ValueError(f"the threshold must lie between 0 and 1, got {threshold}")
        if not 0 <= share <= 1:
            raise ValueError(f"the share of the words must lie in 0..1, got {share}")
        self._config = read_config(checkpoint)
        self.checkpoint, self.alignment = checkpoint, alignment
        self.threshold = threshold
        self.word_part, self.share = word_part, share
        self.calibration = calibration or Calibration()
        self.endpoint = endpoint
        self._device = device

    @property
    def context(self) -> int:
        """Words to the left a decision may read: as many as a window holds tokens, or the words' own part reads."""
        return max(2 * self.alignment.stride, self.word_part.context if self.word_part else 0)

    @property
    def lookahead(self) -> int:
        """Words to the right a decision may read, each counted as one token.

        Signs that share a token count as one word, and a run of signs may be cut into other tokens when it grows:
        `settled` takes that into account.
        """
        return max(self.alignment.lookahead, self.word_part.lookahead if self.word_part else 0)

    def probabilities(self, text: str) -> list[float]:
        """Return for each word of `detectors.spans.words` how likely it is style."""
        return self.probabilities_many([text])[0]

    def probabilities_many(self, texts: Sequence[str]) -> list[list[float]]:
        """Return what `probabilities` says of each text, up to the rounding of floats."""
        encodings = [encode(self._tokenizer, text) for text in texts]
        readings = [self.alignment.readings(encoding.token_ids) for encoding in encodings]
        judged = iter(self._classifier.style([reading.token_ids for found in readings for reading in found]))
        results = []
        for text, encoding, found in zip(texts, encodings, readings, strict=True):
            of_tokens = np.zeros(len(encoding.token_ids))
            for reading in found:
                of_tokens[reading.first : reading.first + len(reading.positions)] = next(judged)[reading.positions]
            own = self._with_words(text, word_probabilities(encoding, of_tokens))
            results.append([float(value) for value in self.calibration.apply(own)])
        return results

    def _with_words(self, text: str, own: NDArray[np.float64]) -> NDArray[np.float64]:
        """Average the log-odds of the classifier and of the words."""
        if self.word_part is None or not len(own):
            return own
        of_words = log_odds(self.word_part.probabilities(text), _NEAREST)
        return probability((1 - self.share) * log_odds(own, _NEAREST) + self.share * of_words)

    def spans(self, text: str) -> list[Span]:
        """Find the style spans of a text; a span's score is the mean probability of its words."""
        return from_words(text, words(text), self.probabilities(text), self.threshold)

    def settled(self, text: str) -> int:
        """Count the characters at the start of a text whose tokens and their look-ahead cannot change any more."""
        of_tokens = settled_characters(text, encode(self._tokenizer, text), self.alignment.lookahead)
        return min(of_tokens, self.word_part.settled(text)) if self.word_part else of_tokens

    @cached_property
    def _tokenizer(self) -> "PreTrainedTokenizerFast":
        return load_tokenizer(str(self.checkpoint))

    @cached_property
    def _classifier(self) -> TokenClassifier:
        if self.endpoint is None:
            return LocalClassifier(self.checkpoint, self._device)
        from detectors.serving import ServedClassifier

        return ServedClassifier(self.endpoint, style=style_label(self._config))

    def joined(self, word_part: LogisticDetector, share: float = 0.5) -> Self:
        """Return the same detector with a logistic detector that has a say (see the class)."""
        return type(self)(
            self.checkpoint,
            alignment=self.alignment,
            threshold=self.threshold,
            word_part=word_part,
            share=share,
            calibration=self.calibration,
            endpoint=self.endpoint,
            device=self._device,
        )

    def served_by(self, endpoint: str) -> Self:
        """Return the same detector on a vLLM server that serves its checkpoint."""
        return type(self)(
            self.checkpoint,
            alignment=self.alignment,
            threshold=self.threshold,
            word_part=self.word_part,
            share=self.share,
            calibration=self.calibration,
            endpoint=endpoint,
        )

    def state(self) -> DetectorState:
        """Return the settings and the checkpoint; where it runs is not part of it."""
        settings: dict[str, Any] = {
            **self.alignment.as_fields(),
            "threshold": self.threshold,
            "calibration": self.calibration.as_settings(),
            "architecture": self._config["architectures"][0],
            "layers": self._config.get("num_hidden_layers"),
        }
        if self.word_part is not None:
            settings["share"] = self.share
        return with_word_part(DetectorState(settings, checkpoint=self.checkpoint), self.word_part)

    @classmethod
    def from_state(cls, state: DetectorState) -> Self:
        """Make the detector that `state` describes."""
        if state.checkpoint is None:
            raise ValueError("it has no checkpoint")
        settings = state.settings
        return cls(
            state.checkpoint,
            alignment=Alignment.from_fields(settings),
            threshold=float(settings["threshold"]),
            word_part=word_part_of(state),
            share=float(settings.get("share", 0.5)),
            calibration=Calibration.from_settings(settings.get("calibration")),
        )

    @classmethod
    def from_checkpoint(
        cls, folder: str | Path, *, shift: int | None = None, threshold: float = 0.5, endpoint: str | None = None
    ) -> Self:
        """Make a detector of a checkpoint as it was released, without a card.

        Parameters
        ----------
        folder
            A Hugging Face folder of a causal token classifier. Style is the label that ``id2label`` names so, else
            label 1.
        shift
            The decision on token i is read at position i - shift. None takes what the folder says (tessy's own
            checkpoints do), else 1, which is right for the paper's.
        threshold
            The least probability of a style word.
        endpoint
            URL of a vLLM server that serves the same checkpoint.

        Raises
        ------
        UsageError, DetectorFolderError
            When the folder is missing or holds no token classifier.
        """
        folder = Path(folder)
        fields = read_config(folder)
        if shift is not None:
            fields = {**fields, "tessy_shift": shift}
        return cls(folder, alignment=Alignment.from_fields(fields), threshold=threshold, endpoint=endpoint)
