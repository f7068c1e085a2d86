"""All scores of a detector on labelled texts, with intervals, and apart for each model or domain."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.evaluation.bootstrap import REPLICATES, Interval, interval, resample, sums_by
from analysis.evaluation.counts import count_prediction
from analysis.evaluation.groups import Group
from analysis.evaluation.measures import measures
from analysis.evaluation.predictions import Prediction
from analysis.labels import LabelledText
from detectors.errors import DataError

UNKNOWN = "(unknown)"
"""The group of texts that name no model, or no domain."""


@dataclass(frozen=True, slots=True, eq=False)
class Judgement:
    """Every measure of a detector on some texts (see `analysis.evaluation.measures`).

    Attributes
    ----------
    values
        Measure -> its value over all texts.
    intervals
        Measure -> its 95 % interval, from a bootstrap over questions.
    texts, words, questions
        How many were judged.
    sums
        The counts of each question, for paired comparisons and reliability diagrams; shape (questions,) each.
    groups
        The same for the texts of each model or domain alone.
    """

    values: Mapping[str, float]
    intervals: Mapping[str, Interval]
    texts: int
    words: int
    questions: int
    sums: Mapping[str, NDArray[np.float64]] = field(repr=False)
    groups: "Mapping[str, Judgement]" = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON can hold it: ``token.f1`` as ``["token"]["f1"]``, the intervals by the whole name.

        What `Scores.as_dict` holds is all there, under the same names.
        """
        nested: dict[str, Any] = {"texts": self.texts, "tokens": self.words, "questions": self.questions}
        for name, value in self.values.items():
            *outer, last = name.split(".")
            place = nested
            for part in outer:
                place = place.setdefault(part, {})
            place[last] = value
        nested["intervals"] = {name: list(bounds) for name, bounds in self.intervals.items()}
        if self.groups:
            nested["groups"] = {name: group.as_dict() for name, group in self.groups.items()}
        return nested


def judge(
    labels: Sequence[LabelledText],
    predictions: Sequence[Prediction],
    *,
    by: Group | None = None,
    replicates: int = REPLICATES,
    seed: int = 0,
) -> Judgement:
    """Score what a detector says of labelled texts.

    Parameters
    ----------
    labels
        The texts with their true spans.
    predictions
        What the detector says of each, from `predictions.predict` or `folds.predict_out_of_fold`.
    by
        Also score the texts of each model, or of each domain of questions, apart.
    replicates, seed
        Of the bootstrap.

    Raises
    ------
    DataError
        When there are no texts.
    ValueError
        When a prediction does not fit its text.
    """
    if not labels:
        raise DataError("no labelled texts to judge on", advice="is the file empty?")
    counts = [count_prediction(label, found) for label, found in zip(labels, predictions, strict=True)]
    questions = [label.question for label in labels]
    whole = range(len(labels))
    parts: dict[str, list[int]] = {}
    for index in whole if by else ():
        name = labels[index].model if by is Group.MODEL else labels[index].domain
        parts.setdefault(name or UNKNOWN, []).append(index)

    def judged(indices: Sequence[int], groups: Mapping[str, Judgement]) -> Judgement:
        sums = sums_by([questions[index] for index in indices], [counts[index] for index in indices])
        values = {name: float(value) for name, value in measures(totals_of(sums)).items()}
        drawn = measures(resample(sums, replicates=replicates, seed=seed))
        return Judgement(
            values,
            {name: interval(found) for name, found in drawn.items()},
            texts=len(indices),
            words=int(sums["tokens"].sum()),
            questions=len(sums["tokens"]),
            sums=sums,
            groups=groups,
        )

    return judged(whole, {name: judged(indices, {}) for name, indices in sorted(parts.items())})


def totals_of(sums: Mapping[str, NDArray[np.float64]]) -> dict[str, NDArray[np.float64]]:
    """Add the counts of all questions up; arrays of shape ()."""
    return {name: np.asarray(values.sum()) for name, values in sums.items()}
