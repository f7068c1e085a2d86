"""Precision, recall and F1 of found spans: over words, over whole spans, over span bounds.

A word counts as style when more than half of its characters lie in a span. Counts are pooled over all texts (micro
averages), so long texts weigh more.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from analysis.evaluation.counts import AGREEMENTS, Totals, count_spans
from analysis.labels import LabelledText
from detectors.base import Detector, spans_of
from detectors.spans import Span


@dataclass(frozen=True, slots=True)
class Agreement:
    """Precision, recall and F1 of a set of findings, in 0..1; 1 where there was nothing to find and nothing found."""

    precision: float
    recall: float
    f1: float

    @classmethod
    def of(cls, hits: float, found: float, true: float) -> "Agreement":
        """Count: `hits` right ones among `found`, out of `true`."""
        return cls(**{part: float(value) for part, value in ratios(*map(np.asarray, (hits, found, true))).items()})


def ratios(hits: Totals, found: Totals, true: Totals) -> dict[str, Totals]:
    """Return precision, recall and F1 of counts of any one shape."""
    precision = np.where(found > 0, hits / np.maximum(found, 1), true == 0)
    recall = np.where(true > 0, hits / np.maximum(true, 1), found == 0)
    total = precision + recall
    f1 = np.where(total > 0, 2 * precision * recall / np.where(total > 0, total, 1), 0.0)
    return {"precision": precision, "recall": recall, "f1": f1}


@dataclass(frozen=True, slots=True)
class Scores:
    """How well spans were found.

    Attributes
    ----------
    token
        Over the words and signs of `detectors.spans.words`.
    blank_token
        Over stretches without blanks: the check that `token` does not hang on how words are cut.
    span
        Over whole spans with both bounds right.
    span_partial
        The same, but a found span that only overlaps its true one counts half (the *partial* scheme of MUC-5 and
        SemEval-2013 task 9).
    span_overlap
        The same, but it counts whole (their *type* scheme).
    boundary
        Over the starts and ends of spans, each on its own.
    texts, tokens
        How many texts and words were scored.
    """

    token: Agreement
    blank_token: Agreement
    span: Agreement
    span_partial: Agreement
    span_overlap: Agreement
    boundary: Agreement
    texts: int
    tokens: int

    def as_dict(self) -> dict[str, dict[str, float] | int]:
        """Return the scores as JSON can hold them."""
        return asdict(self)


def score(labels: Sequence[LabelledText], found: Sequence[Iterable[Span]]) -> Scores:
    """Compare found spans with the true ones, text by text.

    Parameters
    ----------
    labels
        The texts with their true spans.
    found
        For each text the spans a detector found.

    Raises
    ------
    ValueError
        When the two have different lengths.
    """
    totals: dict[str, float] = {}
    for label, spans in zip(labels, found, strict=True):
        for name, count in count_spans(label, list(spans)).items():
            totals[name] = totals.get(name, 0) + count
    agreements = {
        name: Agreement.of(*(totals.get(f"{name}_{part}", 0) for part in ("hits", "found", "true")))
        for name in AGREEMENTS
    }
    return Scores(**agreements, texts=len(labels), tokens=int(totals.get("tokens", 0)))


def evaluate(detector: Detector, labels: Sequence[LabelledText]) -> Scores:
    """Run a detector over labelled texts and score what it finds."""
    return score(labels, list(spans_of(detector, [label.text for label in labels])))
