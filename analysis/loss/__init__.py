"""Corpus loss: how surprised a student is by traces, split by style and capability, with intervals over questions."""

from typing import TYPE_CHECKING

from detectors.lazy import lazy_names

if TYPE_CHECKING:
    from analysis.loss.condition import Condition
    from analysis.loss.estimates import CorpusLoss, PartLoss, corpus_loss, loss_difference
    from analysis.loss.journal import LossJournal
    from analysis.loss.language_model import LanguageModel, Reading, TokenScores
    from analysis.loss.local_model import LocalModel
    from analysis.loss.measuring import measure_traces
    from analysis.loss.rendering import Rendering
    from analysis.loss.served_model import ServedModel
    from analysis.loss.sums import Sums, TraceSums

_HOMES = {
    "analysis.loss.condition": ("Condition",),
    "analysis.loss.estimates": ("CorpusLoss", "PartLoss", "corpus_loss", "loss_difference"),
    "analysis.loss.journal": ("LossJournal",),
    "analysis.loss.language_model": ("LanguageModel", "Reading", "TokenScores"),
    "analysis.loss.local_model": ("LocalModel",),
    "analysis.loss.measuring": ("measure_traces",),
    "analysis.loss.rendering": ("Rendering",),
    "analysis.loss.served_model": ("ServedModel",),
    "analysis.loss.sums": ("Sums", "TraceSums"),
}

__all__ = [
    "Condition",
    "CorpusLoss",
    "LanguageModel",
    "LocalModel",
    "LossJournal",
    "PartLoss",
    "Reading",
    "Rendering",
    "ServedModel",
    "Sums",
    "TokenScores",
    "TraceSums",
    "corpus_loss",
    "loss_difference",
    "measure_traces",
]

__getattr__, __dir__ = lazy_names(__name__, _HOMES)
