"""How far annotators agree: over words, chance taken off, and over whole spans."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from statistics import fmean
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.evaluation.matching import flags
from analysis.evaluation.scores import score
from analysis.labels import LabelledText
from detectors.errors import DataError
from detectors.spans import words

Values = NDArray[np.int8]
"""One row an annotator, one column a word: 1 style, 0 not, -1 not annotated."""


@dataclass(frozen=True, slots=True)
class PairAgreement:
    """How far two annotators agree on the texts that both have.

    Attributes
    ----------
    first, second
        Their names.
    texts, words
        What both have annotated.
    token_f1
        Over words; the same in both directions.
    kappa
        Cohen's kappa over words.
    span_f1
        Over whole spans with both bounds equal.
    """

    first: str
    second: str
    texts: int
    words: int
    token_f1: float
    kappa: float
    span_f1: float


@dataclass(frozen=True, slots=True)
class AgreementReport:
    """How far annotators agree: every pair, and all of them.

    Attributes
    ----------
    pairs
        Every two annotators.
    token_f1, kappa, span_f1
        Means over the pairs.
    alpha
        Krippendorff's alpha over words of all annotators; words that only one has do not count.
    """

    pairs: tuple[PairAgreement, ...]
    token_f1: float
    kappa: float
    span_f1: float
    alpha: float

    def as_dict(self) -> dict[str, Any]:
        """Return the report as JSON can hold it."""
        return asdict(self)


def agreement(annotations: Mapping[str, Sequence[LabelledText]]) -> AgreementReport:
    """Compare annotators by the ids of their texts.

    Parameters
    ----------
    annotations
        Name of an annotator -> its labelled texts; at least two.

    Raises
    ------
    DataError
        When fewer than two annotators are given, two have no text in common, or texts of one id differ.
    """
    if len(annotations) < 2:
        raise DataError(f"agreement needs two annotators, got {len(annotations)}")
    values = word_values(annotations)
    pairs = tuple(
        _pair(first, second, annotations, values) for first, second in combinations(range(len(annotations)), 2)
    )
    return AgreementReport(
        pairs,
        token_f1=fmean(pair.token_f1 for pair in pairs),
        kappa=fmean(pair.kappa for pair in pairs),
        span_f1=fmean(pair.span_f1 for pair in pairs),
        alpha=krippendorff_alpha(values),
    )


def _pair(first: int, second: int, annotations: Mapping[str, Sequence[LabelledText]], values: Values) -> PairAgreement:
    names = list(annotations)
    theirs = {label.id: label for label in annotations[names[second]]}
    mine = [label for label in annotations[names[first]] if label.id in theirs]
    if not mine:
        raise DataError(f"{names[first]} and {names[second]} have no text in common", advice="compare by the same ids")
    scores = score(mine, [theirs[label.id].spans for label in mine])
    both = values[[first, second]]
    both = both[:, (both >= 0).all(axis=0)]
    return PairAgreement(
        names[first],
        names[second],
        texts=len(mine),
        words=both.shape[1],
        token_f1=scores.token.f1,
        kappa=cohen_kappa(both[0], both[1]),
        span_f1=scores.span.f1,
    )


def word_values(annotations: Mapping[str, Sequence[LabelledText]]) -> Values:
    """Lay out what every annotator says of every word, texts in the order in which they first appear.

    Raises
    ------
    DataError
        When the texts of one id differ.
    """
    texts: dict[str, str] = {}
    for name, labels in annotations.items():
        for label in labels:
            if texts.setdefault(label.id, label.text) != label.text:
                raise DataError(
                    f"the text {label.id!r} of {name} is not the one the other annotators have",
                    advice="compare annotations of the same segments",
                )
    pieces = {name: [(word.start, word.end) for word in words(text)] for name, text in texts.items()}
    rows: list[NDArray[np.int8]] = []
    for labels in annotations.values():
        own = {label.id: label.spans for label in labels}
        parts = [
            flags(len(texts[name]), bounds, own[name]).astype(np.int8)
            if name in own
            else np.full(len(bounds), -1, dtype=np.int8)
            for name, bounds in pieces.items()
        ]
        rows.append(np.concatenate(parts) if parts else np.empty(0, dtype=np.int8))
    return np.stack(rows)


def cohen_kappa(first: NDArray[np.generic], second: NDArray[np.generic]) -> float:
    """Return Cohen's kappa of two lists of classes: 1 equal, 0 as by chance; 1 where both use one class only.

    Cohen (1960), Educational and Psychological Measurement 20, 37-46.
    """
    if not len(first):
        return 1.0
    classes = np.union1d(first, second)
    observed = float((first == second).mean())
    expected = float(sum((first == value).mean() * (second == value).mean() for value in classes))
    return 1.0 if expected == 1.0 else (observed - expected) / (1 - expected)


def krippendorff_alpha(values: Values) -> float:
    """Return Krippendorff's alpha for nominal classes; missing values are -1.

    1 is perfect, 0 as by chance; 1 where only one class is used. Words that only one annotator has do not count.
    Krippendorff (2011), Computing Krippendorff's Alpha-Reliability, section D.
    """
    counts = np.stack([(values == value).sum(axis=0) for value in (0, 1)], axis=1).astype(np.float64)
    annotators = counts.sum(axis=1)
    counts, annotators = counts[annotators > 1], annotators[annotators > 1]
    disagreeing = float((2 * counts[:, 0] * counts[:, 1] / (annotators - 1)).sum())
    totals = counts.sum(axis=0)
    expected = float(2 * totals[0] * totals[1])
    return 1.0 - (totals.sum() - 1) * disagreeing / expected if expected else 1.0
