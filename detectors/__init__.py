"""Detectors of style in text. They know no roles, engines or corpora; names are imported when first used."""

from typing import TYPE_CHECKING

from detectors.lazy import lazy_names

if TYPE_CHECKING:
    from detectors.base import Detector, DetectorState, probabilities_of, spans_of
    from detectors.calibrated import calibrated
    from detectors.calibration import Calibration
    from detectors.classifier import ClassifierDetector
    from detectors.errors import (
        DataError,
        DetectorFolderError,
        EndpointError,
        MissingExtraError,
        TessyError,
        UsageError,
    )
    from detectors.lexicon import LexiconDetector
    from detectors.logistic import LogisticDetector
    from detectors.probe import ProbeDetector
    from detectors.spans import Span, Word, words
    from detectors.store import load, read_card, save

_HOMES = {
    "detectors.base": ("Detector", "DetectorState", "probabilities_of", "spans_of"),
    "detectors.calibrated": ("calibrated",),
    "detectors.calibration": ("Calibration",),
    "detectors.classifier": ("ClassifierDetector",),
    "detectors.errors": (
        "DataError",
        "DetectorFolderError",
        "EndpointError",
        "MissingExtraError",
        "TessyError",
        "UsageError",
    ),
    "detectors.lexicon": ("LexiconDetector",),
    "detectors.logistic": ("LogisticDetector",),
    "detectors.probe": ("ProbeDetector",),
    "detectors.spans": ("Span", "Word", "words"),
    "detectors.store": ("load", "read_card", "save"),
}

__all__ = [
    "Calibration",
    "ClassifierDetector",
    "DataError",
    "Detector",
    "DetectorFolderError",
    "DetectorState",
    "EndpointError",
    "LexiconDetector",
    "LogisticDetector",
    "MissingExtraError",
    "ProbeDetector",
    "Span",
    "TessyError",
    "UsageError",
    "Word",
    "calibrated",
    "load",
    "probabilities_of",
    "read_card",
    "save",
    "spans_of",
    "words",
]

__getattr__, __dir__ = lazy_names(__name__, _HOMES)
