"""Logistic regression over words in context: weights fitted by scikit-learn, spans found by numpy alone."""

from collections.abc import Iterable, Sequence
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from detectors.base import DetectorState, settled_but
from detectors.calibration import Calibration
from detectors.features import BITS, CONTEXT, features, hashed_templates, named_features, word_features
from detectors.log_odds import probability
from detectors.reasons import Reason
from detectors.spans import Span, Word, from_words, words

_TEMPLATES = 2
"""The version of `detectors.templates`: weights fitted to others mean nothing."""


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
    usual
        Shape (templates,), float32: what each template adds to the log-odds of a word on average. Reasons tell what is
        unusual about a word. None where only probabilities matter.
    familiar
        Words that are not foreign to narration, in lower case: features count those that are.
    calibration
        What makes these probabilities mean what they say; the threshold is compared with what it returns.

    Attributes
    ----------
    table
        Shape (2 ** `BITS`,), float32: the weight of each hash.

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
        usual: NDArray[np.float32] | None = None,
        familiar: Iterable[str] = (),
        calibration: Calibration | None = None,
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
        self.usual = np.zeros(0, dtype=np.float32) if usual is None else usual
        self.familiar = frozenset(familiar)
        self.calibration = calibration or Calibration()
        self.table = np.zeros(1 << BITS, dtype=np.float32)
        self.table[buckets] = weights

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
        return from_words(text, parts, self._probabilities(text, parts), self.threshold)

    def settled(self, text: str) -> int:
        """Count the characters that stand before the last words of the look-ahead."""
        return settled_but(text, self._lookahead)

    def probabilities(self, text: str) -> list[float]:
        """Return for each word of `detectors.spans.words` how likely it is style."""
        return self._probabilities(text, words(text))

    def reasons(self, text: str) -> list[list[Reason]]:
        """Return for each word its features, the one that sets it apart most first, in log-odds.

        A reason weighs what the feature adds beyond what its template adds to words on average. For a linear model
        these are the SHAP values of independent features (Lundberg & Lee 2017, NeurIPS): with the log-odds of an
        average word they sum to those of this one. Names are made of the text, not stored: where two features share a
        hash, and so a weight, the name is that of the one in the text.
        """
        parts = words(text)
        if not parts:
            return []
        templates = named_features(text, parts, self._lookahead, self.familiar)
        weights = self.table[features(text, parts, self._lookahead, self.familiar)]
        if self.usual.size:
            weights = weights - self.usual
        found: list[list[Reason]] = []
        for at, row in enumerate(weights):
            ranked = np.argsort(-np.abs(row), kind="stable")[: np.count_nonzero(row)]
            found.append([Reason(f"{templates[k].name} = {templates[k].show(at)}", float(row[k])) for k in ranked])
        return found

    def word_weights(self, spelled: Sequence[str]) -> dict[str, float]:
        """Return what words weigh by themselves, in log-odds; they are given in lower case."""
        return dict(zip(spelled, map(float, self.table[word_features(spelled)]), strict=True))

    def _probabilities(self, text: str, parts: Sequence[Word]) -> list[float]:
        if not parts:
            return []
        total = np.full(len(parts), self.bias)
        for column in hashed_templates(text, parts, self._lookahead, self.familiar):
            total += self.table.take(column, mode="clip")  # hashes are in range: "clip" spares the check
        found: list[float] = self.calibration.apply(probability(total)).tolist()
        return found

    def state(self) -> DetectorState:
        """Return the settings, the familiar words and the calibration among them, and the arrays."""
        settings = {
            "templates": _TEMPLATES,
            "bits": BITS,
            "bias": self.bias,
            "threshold": self.threshold,
            "lookahead": self._lookahead,
            "familiar": sorted(self.familiar),
            "calibration": self.calibration.as_settings(),
        }
        return DetectorState(settings, {"buckets": self.buckets, "weights": self.weights, "usual": self.usual})

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
            usual=arrays["usual"].astype(np.float32),
            familiar=settings["familiar"],
            calibration=Calibration.from_settings(settings["calibration"]),
        )
