"""tessy: a student and a teacher write reasoning traces together (TESSY, arXiv 2604.14164).

The public names of all three packages are here; they are imported when first used, so that ``import tessy`` is quick.
"""

from typing import TYPE_CHECKING

from detectors.lazy import lazy_names

if TYPE_CHECKING:
    from analysis.corpus import read_corpus
    from analysis.divergence import jensen_shannon, log_odds
    from analysis.induction import induce_lexicon
    from detectors.base import Detector
    from detectors.lexicon import LexiconDetector
    from detectors.logistic import LogisticDetector
    from detectors.spans import Span, words
    from detectors.store import load, save
    from tessy.counters import Counters
    from tessy.engines.base import Draft, Engine, Session, StopRule
    from tessy.engines.http import HttpEngine
    from tessy.engines.scripted import ScriptedEngine
    from tessy.engines.transformers import TransformersEngine
    from tessy.engines.vllm import VllmEngine
    from tessy.errors import TessyError
    from tessy.prompts import Prompt, read_prompts
    from tessy.records import trace_row
    from tessy.settings import Limits, ModelSettings, RunSettings, Sampling
    from tessy.synthesizer import Outcome, Synthesizer
    from tessy.trace import Role, Segment, StopReason, Trace
    from tessy.watch import BoundaryFinder

_HOMES = {
    "analysis.corpus": ("read_corpus",),
    "analysis.divergence": ("jensen_shannon", "log_odds"),
    "analysis.induction": ("induce_lexicon",),
    "detectors.base": ("Detector",),
    "detectors.lexicon": ("LexiconDetector",),
    "detectors.logistic": ("LogisticDetector",),
    "detectors.spans": ("Span", "words"),
    "detectors.store": ("load", "save"),
    "tessy.counters": ("Counters",),
    "tessy.engines.base": ("Draft", "Engine", "Session", "StopRule"),
    "tessy.engines.http": ("HttpEngine",),
    "tessy.engines.scripted": ("ScriptedEngine",),
    "tessy.engines.transformers": ("TransformersEngine",),
    "tessy.engines.vllm": ("VllmEngine",),
    "tessy.errors": ("TessyError",),
    "tessy.prompts": ("Prompt", "read_prompts"),
    "tessy.records": ("trace_row",),
    "tessy.settings": ("Limits", "ModelSettings", "RunSettings", "Sampling"),
    "tessy.synthesizer": ("Outcome", "Synthesizer"),
    "tessy.trace": ("Role", "Segment", "StopReason", "Trace"),
    "tessy.watch": ("BoundaryFinder",),
}

__all__ = [
    "BoundaryFinder",
    "Counters",
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
    "StopRule",
    "Synthesizer",
    "TessyError",
    "Trace",
    "TransformersEngine",
    "VllmEngine",
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

__getattr__, __dir__ = lazy_names(__name__, _HOMES)
