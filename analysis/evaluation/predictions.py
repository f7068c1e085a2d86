"""What a detector says of labelled texts: one probability a word, and the threshold it is compared with."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.evaluation.matching import flags
from analysis.labels import LabelledText
from detectors.base import Detector, probabilities_of
from detectors.spans import Span, from_words, words

_LEAST = 1e-9
"""A word of probability 0 is never style, even where the threshold is 0."""


@dataclass(frozen=True, slots=True, eq=False)
class Prediction:
    """A detector's view of one text.

    Attributes
    ----------
    probabilities
        Shape (words,), float64: how likely each word of `detectors.spans.words` is style.
    threshold
        The least probability of a style word.
    """

    probabilities: NDArray[np.float64]
    threshold: float

    @property
    def style(self) -> NDArray[np.bool_]:
        """Whether each word is style to the detector; shape (words,)."""
        return self.probabilities >= max(self.threshold, _LEAST)

    def spans(self, text: str) -> list[Span]:
        """Return the spans of the text that the words make."""
        return from_words(text, words(text), self.probabilities.tolist(), max(self.threshold, _LEAST))


def predict(detector: Detector, labels: Sequence[LabelledText]) -> list[Prediction]:
    """Ask a detector about every text, in batches where it can."""
    return [
        Prediction(np.asarray(probabilities, dtype=np.float64), detector.threshold)
        for probabilities in probabilities_of(detector, [label.text for label in labels])
    ]


def predict_timed(detector: Detector, labels: Sequence[LabelledText]) -> tuple[list[Prediction], float]:
    """Ask a detector about every text, and measure the CPU seconds it takes per 1,000 words.

    The seconds are those of all threads of this process on this machine; what a server spends is not in them. The first
    text is read once before, so that loading a model is not counted.
    """
    predict(detector, labels[:1])
    begun = time.process_time()
    predictions = predict(detector, labels)
    seconds = time.process_time() - begun
    return predictions, 1000 * seconds / max(1, sum(len(found.probabilities) for found in predictions))


def true_words(label: LabelledText) -> NDArray[np.bool_]:
    """Tell of each word of a labelled text whether it is style; shape (words,)."""
    return flags(len(label.text), [(word.start, word.end) for word in words(label.text)], label.spans)
