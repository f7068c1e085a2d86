"""A comparison as tables."""

from collections.abc import Sequence
from typing import Final

from analysis.report.compared_corpus import STUDENT, ComparedCorpus
from analysis.report.comparison import Comparison
from analysis.report.table import Cell, Table

NAMES: Final = {
    "tfidf_similarity": "TF-IDF similarity",
    "tfidf_similarity_of_corpora": "TF-IDF similarity of corpora",
    "jensen_shannon": "Jensen-Shannon",
    "jensen_shannon_style": "Jensen-Shannon, style",
    "jensen_shannon_capability": "Jensen-Shannon, capability",
    "rank_turbulence": "rank turbulence",
    "rank_turbulence_style": "rank turbulence, style",
    "rank_turbulence_capability": "rank turbulence, capability",
    "burrows_delta": "Burrows' Delta",
    "cosine_delta": "cosine Delta",
    "two_sample_auc": "two-sample AUC",
    "two_sample_accuracy": "two-sample accuracy",
    "words_per_trace": "words a trace",
    "words_per_sentence": "words a sentence",
    "style_share": "share of style",
    "style_spans_per_1000_words": "style spans per 1,000 words",
    "words_per_style_span": "words a style span",
    "style_position": "place of style spans",
    "mtld": "MTLD",
    "mattr": "MATTR",
    "yules_k": "Yule's K",
    "hapax_share": "share of hapaxes",
}
"""How people call the measures of `report.json`."""


def comparison_tables(corpora: Sequence[ComparedCorpus], found: Comparison) -> list[Table]:
    """Return the tables of a report: distances to the student, each corpus by itself, terms.

    Parameters
    ----------
    corpora
        What was compared.
    found
        What was found.
    """
    others = [corpus for corpus in corpora if corpus.key != STUDENT]
    distances = Table(
        "distances",
        f"Corpora against the student's on the {found.questions:,} questions that all answer, with 95 % intervals. "
        "Similarity grows with likeness; all other measures grow with distance.",
        ["measure", *(corpus.label for corpus in others), "floor"],
        [
            [NAMES[name], *(values[corpus.key] for corpus in others), found.floor.get(name)]
            for name, values in found.to_student.items()
        ],
    )
    rows: list[list[Cell]] = [
        ["traces", *(len(corpus.traces) for corpus in corpora)],
        ["questions", *(len(corpus.questions) for corpus in corpora)],
    ]
    for name, values in found.own.items():
        rows.append([NAMES[name], *(values[corpus.key] for corpus in corpora)])
    own = Table(
        "corpora",
        "Each corpus by itself: all of its traces, with 95 % intervals over its questions.",
        ["measure", *(corpus.label for corpus in corpora)],
        rows,
    )
    return [distances, own, *(_terms(corpora[0], corpus, found) for corpus in others)]


def _terms(student: ComparedCorpus, corpus: ComparedCorpus, found: Comparison) -> Table:
    terms = found.terms[corpus.key]
    rows: list[list[Cell]] = [
        [term.term, label, term.log_odds, term.z, term.first, term.second]
        for label, listed in ((student.label, terms.student), (corpus.label, terms.teacher))
        for term in listed
    ]
    return Table(
        f"terms-{corpus.key}",
        f"Terms that tell {student.label} from {corpus.label} on the {terms.questions:,} questions both answer, "
        "with the topic controlled for.",
        ["term", "used more by", "log-odds", "z", student.label, corpus.label],
        rows,
        digits=2,
    )
