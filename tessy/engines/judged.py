"""What all engines that speak in token ids do about the detector that judges their drafts."""

from detectors.base import Detector
from tessy.vocabulary import Vocabulary
from tessy.watch import BoundaryFinder


class JudgedEngine:
    """Keeps the detector until the vocabulary is there, and then the two together.

    Attributes
    ----------
    finder
        The detector compiled for the vocabulary; None where drafts are judged as text.
    stops_inside
        Whether drafts end at the boundary by themselves.
    """

    finder: BoundaryFinder | None = None
    stops_inside: bool = False
    detector: Detector | None = None

    def judged_by(self, detector: Detector | None) -> None:
        """Say, before `start`, which detector's boundaries the drafts will be cut at."""
        self.detector = detector

    def compile(self, vocabulary: Vocabulary) -> None:
        """Compile the detector, if there is one and it can be."""
        self.finder = BoundaryFinder.compile(self.detector, vocabulary) if self.detector else None
