"""Style spans from language models: traces -> segments -> prompts -> answers -> spans; their agreement and merging."""

from typing import TYPE_CHECKING

from detectors.lazy import lazy_names

if TYPE_CHECKING:
    from analysis.annotation.agreement import AgreementReport, PairAgreement, agreement
    from analysis.annotation.annotator import Annotation, Annotator
    from analysis.annotation.campaign import annotate
    from analysis.annotation.choices import MergeRule, PromptName, Unit
    from analysis.annotation.completion import Completion
    from analysis.annotation.endpoint import Endpoint
    from analysis.annotation.estimate import Estimate
    from analysis.annotation.faults import AnnotationError
    from analysis.annotation.locating import Located, locate
    from analysis.annotation.merging import merge
    from analysis.annotation.scripted import Asked, Reply, ScriptedEndpoint
    from analysis.annotation.segments import TraceSegment, sample, segments_of

_HOMES = {
    "analysis.annotation.agreement": ("AgreementReport", "PairAgreement", "agreement"),
    "analysis.annotation.annotator": ("Annotation", "Annotator"),
    "analysis.annotation.campaign": ("annotate",),
    "analysis.annotation.choices": ("MergeRule", "PromptName", "Unit"),
    "analysis.annotation.completion": ("Completion",),
    "analysis.annotation.endpoint": ("Endpoint",),
    "analysis.annotation.estimate": ("Estimate",),
    "analysis.annotation.faults": ("AnnotationError",),
    "analysis.annotation.locating": ("Located", "locate"),
    "analysis.annotation.merging": ("merge",),
    "analysis.annotation.scripted": ("Asked", "Reply", "ScriptedEndpoint"),
    "analysis.annotation.segments": ("TraceSegment", "sample", "segments_of"),
}

__all__ = [
    "AgreementReport",
    "Annotation",
    "AnnotationError",
    "Annotator",
    "Asked",
    "Completion",
    "Endpoint",
    "Estimate",
    "Located",
    "MergeRule",
    "PairAgreement",
    "PromptName",
    "Reply",
    "ScriptedEndpoint",
    "TraceSegment",
    "Unit",
    "agreement",
    "annotate",
    "locate",
    "merge",
    "sample",
    "segments_of",
]

__getattr__, __dir__ = lazy_names(__name__, _HOMES)
