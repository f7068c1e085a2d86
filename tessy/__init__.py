"""tessy: a student and a teacher write reasoning traces together (TESSY, arXiv 2604.14164).

The public names of all three packages are here; they are imported when first used, so that ``import tessy`` is quick.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analysis.corpus import read_corpus
    from analysis.divergence import jensen_shannon, log_odds
    from analysis.induction import induce_lexicon
    from detectors.base import Detector
    from detectors.lexicon import LexiconDetector
    from detectors.logistic import LogisticDetector
    from detectors.spans import Span, words
    from detectors.store import load, save
    from tessy.engines.base import Draft, Engine, Session
    from tessy.engines.http import HttpEngine
    from tessy.engines.scripted import ScriptedEngine
    from tessy.engines.transformers import TransformersEngine
    from tessy.errors import TessyError
    from tessy.prompts import Prompt, read_prompts
    from tessy.records import trace_row
    from tessy.settings import Limits, ModelSettings, RunSettings, Sampling
    from tessy.synthesizer import Outcome, Synthesizer
    from tessy.trace import Role, Segment, StopReason, Trace

_HOMES = {
    "Detector": "detectors.base",
    "Draft": "tessy.engines.base",
    "Engine": "tessy.engines.base",
    "HttpEngine": "tessy.engines.http",
    "LexiconDetector": "detectors.lexicon",
    "Limits": "tessy.settings",
    "LogisticDetector": "detectors.logistic",
    "ModelSettings": "tessy.settings",
    "Outcome": "tessy.synthesizer",
    "Prompt": "tessy.prompts",
    "Role": "tessy.trace",
    "RunSettings": "tessy.settings",
    "Sampling": "tessy.settings",
    "ScriptedEngine": "tessy.engines.scripted",
    "Segment": "tessy.trace",
    "Session": "tessy.engines.base",
    "Span": "detectors.spans",
    "StopReason": "tessy.trace",
    "Synthesizer": "tessy.synthesizer",
    "TessyError": "tessy.errors",
    "Trace": "tessy.trace",
    "TransformersEngine": "tessy.engines.transformers",
    "induce_lexicon": "analysis.induction",
    "jensen_shannon": "analysis.divergence",
    "load": "detectors.store",
    "log_odds": "analysis.divergence",
    "read_corpus": "analysis.corpus",
    "read_prompts": "tessy.prompts",
    "save": "detectors.store",
    "trace_row": "tessy.records",
    "words": "detectors.spans",
}

__all__ = [
    "Detector",
    "Draft",
    "Engine",
    "HttpEngine",
    "LexiconDetector",
    "Limits",
    "LogisticDetector",
    "ModelSettings",
    "Outcome",
    "Prompt",
    "Role",
    "RunSettings",
    "Sampling",
    "ScriptedEngine",
    "Segment",
    "Session",
    "Span",
    "StopReason",
    "Synthesizer",
    "TessyError",
    "Trace",
    "TransformersEngine",
    "induce_lexicon",
    "jensen_shannon",
    "load",
    "log_odds",
    "read_corpus",
    "read_prompts",
    "save",
    "trace_row",
    "words",
]


def __getattr__(name: str) -> object:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'tessy' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
