"""Detectors of style in text. They know no roles, engines or corpora; names are imported when first used."""

from typing import TYPE_CHECKING

from detectors.lazy import lazy_names

if TYPE_CHECKING:
    from detectors.base import Detector, DetectorState
    from detectors.errors import DataError, DetectorFolderError, MissingExtraError, TessyError, UsageError
    from detectors.lexicon import LexiconDetector
    from detectors.logistic import LogisticDetector
    from detectors.spans import Span, Word, words
    from detectors.store import load, read_card, save

_HOMES = {
    "detectors.base": ("Detector", "DetectorState"),
    "detectors.errors": ("DataError", "DetectorFolderError", "MissingExtraError", "TessyError", "UsageError"),
    "detectors.lexicon": ("LexiconDetector",),
    "detectors.logistic": ("LogisticDetector",),
    "detectors.spans": ("Span", "Word", "words"),
    "detectors.store": ("load", "read_card", "save"),
}

__all__ = [
    "DataError",
    "Detector",
    "DetectorFolderError",
    "DetectorState",
    "LexiconDetector",
    "LogisticDetector",
    "MissingExtraError",
    "Span",
    "TessyError",
    "UsageError",
    "Word",
    "load",
    "read_card",
    "save",
    "words",
]

__getattr__, __dir__ = lazy_names(__name__, _HOMES)
