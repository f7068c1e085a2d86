"""Detectors that judge text token by token, as a model writes it, instead of as a whole."""

from typing import TYPE_CHECKING

from detectors.lazy import lazy_names

if TYPE_CHECKING:
    from detectors.tokens.compiling import compile_detector
    from detectors.tokens.scorer import TokenScorer

_HOMES = {"detectors.tokens.compiling": ("compile_detector",), "detectors.tokens.scorer": ("TokenScorer",)}

__all__ = ["TokenScorer", "compile_detector"]

__getattr__, __dir__ = lazy_names(__name__, _HOMES)
