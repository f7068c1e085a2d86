"""Logistic regression over words in context: weights fitted by scikit-learn, spans found by numpy alone."""

from collections.abc import Sequence
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from detectors.base import DetectorState, settled_but
from detectors.features import BITS, CONTEXT, features, word_features
from detectors.spans import Span, from_words, words

_TEMPLATES = 1
"""The version of the templates in `detectors.features`: weights fitted to others mean nothing."""


class LogisticDetector:
    """Says of each word how likely it is style: ``1 / (1 + exp(-(bias + sum of its features' weights)))``.

    Parameters
    ----------
    buckets
        Shape (features,), uint32: the hashes of the features that have a weight (see `detectors.features`).
    weights
        Shape (features,), float32: their weights, in log-odds.
    bias
        The log-odds of a word without features.
    threshold
        The least probability of a style word.
    lookahead
        Words to the right a decision reads; 0 is causal.

    Raises
    ------
    ValueError
        When the arrays differ in length, a hash is too large, or the threshold or `lookahead` makes no sense.
    """

    kind: ClassVar[str] = "logistic"

    def __init__(
        self,
        buckets: NDArray[np.uint32],
        weights: NDArray[np.float32],
        *,
        bias: float,
        threshold: float = 0.5,
        lookahead: int = 0,
    ) -> None:
        if buckets.shape != weights.shape or buckets.ndim != 1:
            raise ValueError(f"{buckets.shape} hashes do not fit {weights.shape} weights")
        if buckets.size and int(buckets.max()) >= 1 << BITS:
            raise ValueError(f"hashes must be below {1 << BITS}, got {int(buckets.max())}")
        if not 0 < threshold < 1:
            raise ValueError(f"the threshold must lie between 0 and 1, got {threshold}")
        if lookahead < 0:
            raise ValueError(f"lookahead must not be negative, got {lookahead}")
        self.buckets, self.weights, self.bias = buckets, weights, bias
        self.threshold = threshold
        self._lookahead = lookahead
        self._table = np.zeros(1 << BITS, dtype=np.float32)
        self._table[buckets] = weights

    @property
    def context(self) -> int:
        """Words to the left a decision may read."""
        return CONTEXT

    @property
    def lookahead(self) -> int:
        """Words to the right a decision may read."""
        return self._lookahead

    def spans(self, text: str) -> list[Span]:
        """Find the style spans of a text; a span's score is the mean probability of its words."""
        parts = words(text)
        if not parts:
            return []
        return from_words(text, parts, self._probabilities(features(text, parts, self._lookahead)), self.threshold)

    def settled(self, text: str) -> int:
        """Count the characters that stand before the last words of the look-ahead."""
        return settled_but(text, self._lookahead)

    def probabilities(self, text: str) -> list[float]:
        """Return for each word of `detectors.spans.words` how likely it is style."""
        parts = words(text)
        return self._probabilities(features(text, parts, self._lookahead)) if parts else []

    def word_weights(self, spelled: Sequence[str]) -> dict[str, float]:
        """Return what words weigh by themselves, in log-odds; they are given in lower case."""
        return dict(zip(spelled, map(float, self._table[word_features(spelled)]), strict=True))

    def _probabilities(self, hashed: NDArray[np.uint32]) -> list[float]:
        log_odds = self._table[hashed].sum(axis=1, dtype=np.float64) + self.bias
        return [float(value) for value in 1 / (1 + np.exp(-np.clip(log_odds, -60, 60)))]

    def state(self) -> DetectorState:
        """Return the settings and the two arrays."""
        settings = {
            "templates": _TEMPLATES,
            "bits": BITS,
            "bias": self.bias,
            "threshold": self.threshold,
            "lookahead": self._lookahead,
        }
        return DetectorState(settings, {"buckets": self.buckets, "weights": self.weights})

    @classmethod
    def from_state(cls, state: DetectorState) -> Self:
        """Make the detector that `state` describes."""
        settings, arrays = state.settings, state.arrays
        if (settings["templates"], settings["bits"]) != (_TEMPLATES, BITS):
            raise ValueError("its features are not the ones of this version")
        return cls(
            arrays["buckets"].astype(np.uint32),
            arrays["weights"].astype(np.float32),
            bias=float(settings["bias"]),
            threshold=float(settings["threshold"]),
            lookahead=int(settings["lookahead"]),
        )
