"""Why a detector decided as it did, word by word."""

from dataclasses import dataclass

from detectors.base import Detector
from detectors.reasons import Reason, ReasoningDetector
from detectors.spans import Word, words


@dataclass(frozen=True, slots=True)
class ExplainedWord:
    """A word of a text, how likely it is style, and why.

    Attributes
    ----------
    word
        The word and where it stands.
    probability
        What the detector says of it, in 0..1.
    style
        Whether that reaches the threshold.
    reasons
        What decided, the weightiest first; none for a detector that gives no reasons.
    """

    word: Word
    probability: float
    style: bool
    reasons: tuple[Reason, ...]


def explain(detector: Detector, text: str, most: int = 5) -> list[ExplainedWord]:
    """Explain every word of a text.

    Parameters
    ----------
    detector
        Any detector; one that is a `ReasoningDetector` gives reasons.
    text
        The text.
    most
        How many reasons of a word to keep.
    """
    parts = words(text)
    reasons = detector.reasons(text) if isinstance(detector, ReasoningDetector) else [[] for _ in parts]
    least = max(detector.threshold, 1e-9)
    return [
        ExplainedWord(word, probability, probability >= least, tuple(why[:most]))
        for word, probability, why in zip(parts, detector.probabilities(text), reasons, strict=True)
    ]
