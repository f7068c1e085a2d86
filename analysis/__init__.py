"""Measures corpora; fits, induces and judges detectors. Names are imported when first used."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analysis.corpus import CorpusTrace, pair, read_corpus
    from analysis.divergence import (
        Term,
        count_phrases,
        count_style_words,
        count_words,
        jensen_shannon,
        log_odds,
        style_divergence,
        tfidf_similarity,
    )
    from analysis.evaluation import Agreement, Scores, cross_validate, evaluate, score
    from analysis.fitting import fit_lexicon, fit_logistic
    from analysis.induction import induce_lexicon, weak_labels
    from analysis.jsonl import read_rows, write_rows
    from analysis.labels import LabelledText, read_labels
    from analysis.markers import Markers, read_markers
    from analysis.plots import plot_log_odds, plot_similarity

_HOME = {
    "corpus": ("CorpusTrace", "pair", "read_corpus"),
    "divergence": (
        "Term",
        "count_phrases",
        "count_style_words",
        "count_words",
        "jensen_shannon",
        "log_odds",
        "style_divergence",
        "tfidf_similarity",
    ),
    "evaluation": ("Agreement", "Scores", "cross_validate", "evaluate", "score"),
    "fitting": ("fit_lexicon", "fit_logistic"),
    "induction": ("induce_lexicon", "weak_labels"),
    "jsonl": ("read_rows", "write_rows"),
    "labels": ("LabelledText", "read_labels"),
    "markers": ("Markers", "read_markers"),
    "plots": ("plot_log_odds", "plot_similarity"),
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}

__all__ = [
    "Agreement",
    "CorpusTrace",
    "LabelledText",
    "Markers",
    "Scores",
    "Term",
    "count_phrases",
    "count_style_words",
    "count_words",
    "cross_validate",
    "evaluate",
    "fit_lexicon",
    "fit_logistic",
    "induce_lexicon",
    "jensen_shannon",
    "log_odds",
    "pair",
    "plot_log_odds",
    "plot_similarity",
    "read_corpus",
    "read_labels",
    "read_markers",
    "read_rows",
    "score",
    "style_divergence",
    "tfidf_similarity",
    "weak_labels",
    "write_rows",
]


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULE_OF[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
