"""Cross-validation grouped by question: what a detector says of texts whose questions it never saw."""

import logging
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from analysis.evaluation.predictions import Prediction, predict
from analysis.evaluation.scores import Scores, score
from analysis.labels import LabelledText
from detectors.base import Detector

Fit = Callable[[Sequence[LabelledText]], Detector]
_LOG = logging.getLogger(__name__)


def split_by_question(labels: Sequence[LabelledText], folds: int) -> list[list[int]]:
    """Deal the indices of `labels` into at most `folds` parts, never parting texts of one question.

    Questions are dealt by size, largest first, each to the part with the fewest texts so far: the same split every
    time.
    """
    groups: dict[str, list[int]] = {}
    for index, label in enumerate(labels):
        groups.setdefault(label.question, []).append(index)
    parts: list[list[int]] = [[] for _ in range(max(1, min(folds, len(groups))))]
    for _, group in sorted(groups.items(), key=lambda item: (-len(item[1]), item[0])):
        min(parts, key=len).extend(group)
    return parts


def held_out(fit: Fit, labels: Sequence[LabelledText], folds: int = 5) -> Iterator[tuple[list[int], Detector]]:
    """Yield the indices of each part of the texts with a detector fitted to all others.

    Raises
    ------
    ValueError
        When the texts answer fewer than two questions, or `folds` is less than 2.
    """
    parts = split_by_question(labels, folds)
    if len(parts) < 2:
        raise ValueError("cross-validation needs texts of at least two questions, and at least two folds")
    for number, part in enumerate(parts, start=1):
        _LOG.info("fold %d of %d: fitting to %d texts", number, len(parts), len(labels) - len(part))
        inside = set(part)
        yield part, fit([label for index, label in enumerate(labels) if index not in inside])


def predict_out_of_fold(fit: Fit, labels: Sequence[LabelledText], folds: int = 5) -> list[Prediction]:
    """Ask about each text a detector that was fitted without its question; in the order of `labels`.

    Parameters
    ----------
    fit
        Makes a detector from labelled texts.
    labels
        The texts; those of one question stay together.
    folds
        How many parts; each is judged by a detector fitted to the others. At most the number of questions.

    Raises
    ------
    ValueError
        See `held_out`.
    """
    predictions: dict[int, Prediction] = {}
    for part, detector in held_out(fit, labels, folds):
        predictions |= zip(part, predict(detector, [labels[index] for index in part]), strict=True)
    return [predictions[index] for index in range(len(labels))]


def out_of_fold(fit: Fit, labels: Sequence[LabelledText], folds: int = 5) -> list[NDArray[np.float64]]:
    """Return for each text how likely its words are style, by a detector that never saw its question.

    The parameters and errors are those of `predict_out_of_fold`; one float64 array of shape (words,) a text.
    """
    return [prediction.probabilities for prediction in predict_out_of_fold(fit, labels, folds)]


def cross_validate(fit: Fit, labels: Sequence[LabelledText], folds: int = 5) -> Scores:
    """Score a way of fitting on texts of questions it was not fitted to.

    The parameters and errors are those of `predict_out_of_fold`.
    """
    predictions = predict_out_of_fold(fit, labels, folds)
    return score(labels, [found.spans(label.text) for label, found in zip(labels, predictions, strict=True)])
