"""Detectors of style in text. They know no roles, engines or corpora; names are imported when first used."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from detectors.base import Detector, DetectorState
    from detectors.errors import DataError, DetectorFolderError, MissingExtraError, TessyError, UsageError
    from detectors.lexicon import LexiconDetector
    from detectors.logistic import LogisticDetector
    from detectors.spans import Span, Word, words
    from detectors.store import load, read_card, save

_HOME = {
    "base": ("Detector", "DetectorState"),
    "errors": ("DataError", "DetectorFolderError", "MissingExtraError", "TessyError", "UsageError"),
    "lexicon": ("LexiconDetector",),
    "logistic": ("LogisticDetector",),
    "spans": ("Span", "Word", "words"),
    "store": ("load", "read_card", "save"),
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}

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


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULE_OF[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
