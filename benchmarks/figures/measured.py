"""The numbers that the figures show."""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from analysis.counting import count_tables
from analysis.divergence import Term, count_words
from analysis.evaluation.folds import Fit, predict_out_of_fold
from analysis.evaluation.predictions import Prediction, true_words
from analysis.labels import LabelledText
from analysis.measures.between import between
from analysis.measures.estimate import Estimate
from analysis.measures.jensen_shannon import jensen_shannon
from analysis.measures.noise_floor import noise_floor
from analysis.measures.rhythm import style_along
from analysis.measures.tfidf import similarity_of_corpora
from analysis.style_terms import TopicControl, style_terms
from analysis.style_terms.control import Part
from benchmarks.figures.corpora import Corpora
from detectors.base import Detector
from detectors.spans import words

MARKERS = (
    *("okay", "wait", "hmm", "so", "but", "let", "maybe", "actually", "alternatively", "now", "first", "then"),
    *("thus", "therefore", "i", "we", "need"),
)
"""The words of the heat map."""
_ALL = 400
"""Terms of each side that are looked for; more than there are."""


def terms(corpora: Corpora) -> list[Term]:
    """Score the terms that tell the student from the other model, topic kept out."""
    found = style_terms(corpora.traces[corpora.student], corpora.traces[corpora.other], most=_ALL)
    return [*found.student, *reversed(found.teacher)]


def word_rates(corpora: Corpora) -> dict[str, dict[str, float]]:
    """Count each marker per 1,000 words of each model."""
    rates = {}
    for name in corpora.traces:
        counts = count_words(corpora.texts(name))
        rates[name] = {marker: 1000 * counts[marker] / counts.total() for marker in MARKERS}
    return rates


def similarity(corpora: Corpora) -> dict[tuple[str, str], Estimate]:
    """Estimate the TF-IDF similarity of every two models."""
    tables = count_tables(list(corpora.traces.values()), 1)
    return dict(similarity_of_corpora(dict(zip(corpora.traces, tables, strict=True))))


def lengths(corpora: Corpora) -> dict[str, list[int]]:
    """Count the words of each trace."""
    return {name: [len(words(text)) for text in corpora.texts(name)] for name in corpora.traces}


def shares_by_author(corpora: Corpora) -> dict[str, dict[str, float]]:
    """Count the labelled words of each model that are style, which the student would write, and all others."""
    found: dict[str, Counter[str]] = {}
    for label in corpora.labels:
        style = true_words(label)
        counts = found.setdefault(label.model, Counter())
        counts.update(student=int(style.sum()), teacher=int((~style).sum()))
    return {name: dict(found[name]) for name in corpora.traces if name in found}


def style_shares(corpora: Corpora, detector: Detector) -> dict[str, list[Estimate]]:
    """Estimate the share of style words in each tenth of the traces."""
    return {name: style_along(traces, detector) for name, traces in corpora.traces.items()}


def divergences(corpora: Corpora, detector: Detector) -> tuple[dict[str, Estimate], Estimate]:
    """Estimate how far each model's style words are from the student's, and two halves of the student's own."""
    control = TopicControl(mask_prompt=False, part=Part.STYLE, detector=detector)
    tables = dict(zip(corpora.traces, count_tables(list(corpora.traces.values()), 1, text=control.text), strict=True))
    own = tables.pop(corpora.student)
    others = {name: between(jensen_shannon, own, table) for name, table in tables.items()}
    return others, noise_floor(jensen_shannon, own)


def out_of_fold(
    fits: Mapping[str, Fit], labels: Sequence[LabelledText]
) -> tuple[NDArray[np.bool_], dict[str, list[Prediction]]]:
    """Tell of each labelled word whether it is style, and what detectors say that never saw its question."""
    predictions = {name: predict_out_of_fold(fit, labels) for name, fit in fits.items()}
    return np.concatenate([true_words(label) for label in labels]), predictions
