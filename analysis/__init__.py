"""Measures corpora; fits, induces and judges detectors. Names are imported when first used."""

from typing import TYPE_CHECKING

from detectors.lazy import lazy_names

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
    from analysis.evaluation import (
        Agreement,
        Judgement,
        Scores,
        compare,
        cross_validate,
        evaluate,
        judge,
        predict,
        score,
    )
    from analysis.fitting import fit_classifier, fit_lexicon, fit_logistic, fit_probe
    from analysis.induction import induce_grammar, induce_lexicon, weak_labels
    from analysis.jsonl import read_rows, write_rows
    from analysis.labels import LabelledText, read_labels
    from analysis.markers import Markers, read_markers
    from analysis.plots import plot_log_odds, plot_similarity

_HOMES = {
    "analysis.corpus": ("CorpusTrace", "pair", "read_corpus"),
    "analysis.divergence": (
        "Term",
        "count_phrases",
        "count_style_words",
        "count_words",
        "jensen_shannon",
        "log_odds",
        "style_divergence",
        "tfidf_similarity",
    ),
    "analysis.evaluation": (
        "Agreement",
        "Judgement",
        "Scores",
        "compare",
        "cross_validate",
        "evaluate",
        "judge",
        "predict",
        "score",
    ),
    "analysis.fitting": ("fit_classifier", "fit_lexicon", "fit_logistic", "fit_probe"),
    "analysis.induction": ("induce_grammar", "induce_lexicon", "weak_labels"),
    "analysis.jsonl": ("read_rows", "write_rows"),
    "analysis.labels": ("LabelledText", "read_labels"),
    "analysis.markers": ("Markers", "read_markers"),
    "analysis.plots": ("plot_log_odds", "plot_similarity"),
}

__all__ = [
    "Agreement",
    "CorpusTrace",
    "Judgement",
    "LabelledText",
    "Markers",
    "Scores",
    "Term",
    "compare",
    "count_phrases",
    "count_style_words",
    "count_words",
    "cross_validate",
    "evaluate",
    "fit_classifier",
    "fit_lexicon",
    "fit_logistic",
    "fit_probe",
    "induce_grammar",
    "induce_lexicon",
    "jensen_shannon",
    "judge",
    "log_odds",
    "pair",
    "plot_log_odds",
    "plot_similarity",
    "predict",
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

__getattr__, __dir__ = lazy_names(__name__, _HOMES)
