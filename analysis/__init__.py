"""Measures corpora; fits, induces and judges detectors. Names are imported when first used."""

from typing import TYPE_CHECKING

from detectors.lazy import lazy_names

if TYPE_CHECKING:
    from analysis.corpus import Corpus, CorpusTrace, pair, read_corpus, stream_corpus
    from analysis.counting import TermCounts, count_corpus, count_table, count_tables, count_terms
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
    from analysis.measures.estimate import Estimate, estimate
    from analysis.plots import plot_log_odds, plot_similarity
    from analysis.style_terms import StyleTerms, TopicControl, style_terms

_HOMES = {
    "analysis.corpus": ("Corpus", "CorpusTrace", "pair", "read_corpus", "stream_corpus"),
    "analysis.counting": ("TermCounts", "count_corpus", "count_table", "count_tables", "count_terms"),
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
    "analysis.measures.estimate": ("Estimate", "estimate"),
    "analysis.plots": ("plot_log_odds", "plot_similarity"),
    "analysis.style_terms": ("StyleTerms", "TopicControl", "style_terms"),
}

__all__ = [
    "Agreement",
    "Corpus",
    "CorpusTrace",
    "Estimate",
    "Judgement",
    "LabelledText",
    "Markers",
    "Scores",
    "StyleTerms",
    "Term",
    "TermCounts",
    "TopicControl",
    "compare",
    "count_corpus",
    "count_phrases",
    "count_style_words",
    "count_table",
    "count_tables",
    "count_terms",
    "count_words",
    "cross_validate",
    "estimate",
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
    "stream_corpus",
    "style_divergence",
    "style_terms",
    "tfidf_similarity",
    "weak_labels",
    "write_rows",
]

__getattr__, __dir__ = lazy_names(__name__, _HOMES)
