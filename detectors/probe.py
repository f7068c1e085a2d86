"""A linear probe: a frozen language model's hidden states, an affine map, and the words themselves."""

from collections.abc import Sequence
from typing import Any, ClassVar, Final, Self

import numpy as np
from numpy.typing import NDArray

from detectors.base import Arrays, DetectorState
from detectors.calibration import Calibration
from detectors.encoding import settled_characters
from detectors.hidden_states import HiddenStates
from detectors.log_odds import log_odds, probability
from detectors.logistic import LogisticDetector
from detectors.lower_layers import FINAL, layer_name, layer_of
from detectors.spans import Span, from_words, words
from detectors.state_source import StateSource
from detectors.word_part import with_word_part, word_part_of

TARGETS: Final = ("current", "next")
"""Which word the state at a word speaks of: itself, or the one that comes next."""


class ProbeDetector:
    """Says of each word how likely it is style, from a frozen language model's states at the word and its neighbours.

    The log-odds of word i are ``bias + sum over k of (weights[k] . state[i + offset_k] - centres[k])``, plus the
    log-odds a logistic detector gives the word where there is one. A neighbour beyond the text counts as a mean state,
    which adds 0. The offsets are 0, 1, ... with the target ``current``, and -1 with ``next``.

    Parameters
    ----------
    source
        Where states come from.
    weights
        Shape (offsets, layers, width), float32, in log-odds; standardisation is folded in.
    centres
        Shape (offsets,), float64: what the mean state of the texts it was fitted to gives.
    bias
        The log-odds of a word with mean states.
    word_part
        Fitted together with the weights; None for a probe of states alone.
    target
        One of `TARGETS`.
    threshold
        The least probability of a style word.
    calibration
        Applied to the probabilities before they are compared with the threshold.

    Raises
    ------
    ValueError
        When the shapes do not fit each other or the source, or the threshold or target makes no sense.
    """

    kind: ClassVar[str] = "probe"

    def __init__(
        self,
        source: StateSource,
        weights: NDArray[np.float32],
        centres: NDArray[np.float64],
        *,
        bias: float,
        word_part: LogisticDetector | None = None,
        target: str = "current",
        threshold: float = 0.5,
        calibration: Calibration | None = None,
    ) -> None:
        if target not in TARGETS:
            raise ValueError(f"the target must be one of {', '.join(TARGETS)}, got {target!r}")
        if weights.ndim != 3 or centres.shape != weights.shape[:1] or not len(weights):
            raise ValueError(f"{centres.shape} centres do not fit weights of shape {weights.shape}")
        if weights.shape[1] != len(source.layers):
            raise ValueError(f"weights for {weights.shape[1]} layers do not fit the layers {source.layers}")
        if target == "next" and (len(weights) > 1 or word_part is not None):
            raise ValueError("the next word is judged by the state before it alone")
        if not 0 < threshold < 1:
            raise ValueError(f"the threshold must lie between 0 and 1, got {threshold}")
        self.source = source
        self.weights, self.centres, self.bias = weights, centres, bias
        self.word_part, self.target, self.threshold = word_part, target, threshold
        self.calibration = calibration or Calibration()

    @property
    def foresees(self) -> bool:
        """Whether it tells the kind of the word to come from the very states that the model says its next token by.

        An engine that runs the model has these states at hand, before there is a next token.
        """
        return self.target == "next" and tuple(self.source.layers) == (FINAL,)

    @property
    def context(self) -> int:
        """Words to the left a decision may read: as many as a window holds tokens, or the words' own part reads."""
        return max(2 * self.source.stride, self.word_part.context if self.word_part else 0)

    @property
    def lookahead(self) -> int:
        """Words to the right a decision may read.

        Tokens follow words: the furthest token read is the last one of the word so far to the right. Where a token
        covers several signs, such as ``),``, all of them are read with the first; `settled` takes that into account.
        """
        ahead = self.word_part.lookahead if self.word_part else 0
        return 0 if self.target == "next" else max(len(self.weights) - 1, ahead)

    def probabilities(self, text: str) -> list[float]:
        """Return for each word of `detectors.spans.words` how likely it is style."""
        return self.probabilities_many([text])[0]

    def probabilities_many(self, texts: Sequence[str]) -> list[list[float]]:
        """Return what `probabilities` says of each text, up to the rounding of floats."""
        counts = [len(words(text)) for text in texts]
        projected = [np.zeros((count, len(self.weights))) for count in counts]
        flat = self.weights.reshape(len(self.weights), -1).T
        for piece in self.source.read(texts):
            states = piece.states.reshape(len(piece.states), -1).astype(np.float32, copy=False)
            projected[piece.text][piece.first : piece.first + len(states)] = states @ flat - self.centres
        found = []
        for text, of_words in zip(texts, projected, strict=True):
            total = self.bias + self._gather(of_words)
            if self.word_part is not None:
                total += log_odds(self.word_part.probabilities(text))
            found.append([float(value) for value in self.calibration.apply(probability(total))])
        return found

    def _gather(self, projected: NDArray[np.float64]) -> NDArray[np.float64]:
        """Add up for each word what its own state and its neighbours' say; shape (words, offsets) -> (words,)."""
        count = len(projected)
        total = np.zeros(count)
        for column, offset in enumerate(offsets_of(self.target, len(self.weights))):
            first, end = max(0, -offset), min(count, count - offset)
            if first < end:
                total[first:end] += projected[first + offset : end + offset, column]
        return total

    def spans(self, text: str) -> list[Span]:
        """Find the style spans of a text; a span's score is the mean probability of its words."""
        return from_words(text, words(text), self.probabilities(text), self.threshold)

    def settled(self, text: str) -> int:
        """Count the characters at the start of a text whose tokens and their look-ahead cannot change any more."""
        encoding = self.source.encode(text)
        whole = settled_characters(text, encoding, 0)
        ends = [word.end for word in encoding.parts if word.end <= whole]
        return ends[-1 - self.lookahead] if len(ends) > self.lookahead else 0

    def state(self) -> DetectorState:
        """Return the settings, among them the model's name and hash, and the arrays; the model itself stays apart."""
        settings: dict[str, Any] = {
            "model": self.source.model,
            "fingerprint": self.source.fingerprint,
            "layers": [layer_name(layer) for layer in self.source.layers],
            "stride": self.source.stride,
            "target": self.target,
            "bias": self.bias,
            "threshold": self.threshold,
            "calibration": self.calibration.as_settings(),
        }
        arrays: Arrays = {"weights": self.weights, "centres": self.centres}
        return with_word_part(DetectorState(settings, arrays), self.word_part)

    @classmethod
    def from_state(cls, state: DetectorState) -> Self:
        """Make the detector that `state` describes; its model is found, checked and loaded when first used."""
        settings, arrays = state.settings, state.arrays
        return cls(
            HiddenStates(
                str(settings["model"]),
                [layer_of(layer) for layer in settings["layers"]],
                stride=int(settings["stride"]),
                fingerprint=str(settings["fingerprint"]),
            ),
            arrays["weights"].astype(np.float32),
            arrays["centres"].astype(np.float64),
            bias=float(settings["bias"]),
            word_part=word_part_of(state),
            target=str(settings["target"]),
            threshold=float(settings["threshold"]),
            calibration=Calibration.from_settings(settings.get("calibration")),
        )


def offsets_of(target: str, count: int) -> range:
    """Return where the states stand that decide on a word, in words from it."""
    return range(-1, 0) if target == "next" else range(count)
