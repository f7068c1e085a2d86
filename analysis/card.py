"""What a fit writes on a detector's card: what it was fitted to, and how well its kind does on texts it never saw."""

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from analysis.corpus import CorpusTrace
from analysis.evaluation.folds import Fit, held_out, predict_out_of_fold, split_by_question
from analysis.evaluation.judgement import Judgement, judge
from analysis.evaluation.predictions import predict
from analysis.labels import LabelledText
from analysis.terminal import fingerprint
from detectors.model_folder import find_model, model_fingerprint
from detectors.spans import words

_DIGITS = 4


def training_on_labels(path: str | os.PathLike[str], labels: Sequence[LabelledText]) -> dict[str, Any]:
    """Describe the labelled texts of a file: its name and SHA-256, and how many texts, words, questions and spans.

    ``models`` counts the texts of each writer; it is left out where the texts name none.
    """
    models = Counter(label.model for label in labels if label.model)
    return {
        "labels": Path(path).name,
        "sha256": fingerprint(path),
        "texts": len(labels),
        "words": sum(len(words(label.text)) for label in labels),
        "questions": len({label.question for label in labels}),
        "spans": sum(len(label.spans) for label in labels),
        **({"models": dict(sorted(models.items()))} if models else {}),
    }


def base_model(model: str) -> dict[str, str]:
    """Describe the language model a predictor was trained from: its name and the SHA-256 of its files.

    Raises
    ------
    UsageError
        When the model cannot be found.
    """
    return {"name": model.rstrip("/").rpartition("/")[2], "sha256": model_fingerprint(find_model(model))}


def training_on_traces(
    corpora: Mapping[str, tuple[str | os.PathLike[str], Sequence[CorpusTrace]]], *, markers: str
) -> dict[str, Any]:
    """Describe the traces a detector was induced from.

    Parameters
    ----------
    corpora
        Role (``student``, ``teacher``) -> the file and its traces.
    markers
        The seed list: a language or a file, of which only the name is kept.
    """
    described: dict[str, Any] = {
        role: {"traces": Path(path).name, "sha256": fingerprint(path), "texts": len(corpus)}
        for role, (path, corpus) in corpora.items()
    }
    return described | {"markers": Path(markers).name}


def validation(fit: Fit, labels: Sequence[LabelledText], folds: int) -> dict[str, Any]:
    """Score a way of fitting by cross-validation grouped by question, with 95 % intervals from a bootstrap.

    Raises
    ------
    ValueError
        When the texts answer fewer than two questions, or `folds` is less than 2.
    DataError
        When a fit lacks what it needs in one of the parts.
    """
    parts = len(split_by_question(labels, folds))
    found = judge(labels, predict_out_of_fold(fit, labels, folds))
    return scores_of(found, how=f"{parts}-fold cross-validation grouped by question")


def held_out_scores(fit: Fit, labels: Sequence[LabelledText], parts: int) -> dict[str, Any]:
    """Score a way of fitting on one of so many parts of the questions, fitted to the others: where fits take long.

    Raises
    ------
    ValueError
        When the texts answer fewer than two questions.
    DataError
        When the fit lacks what it needs in the other parts.
    """
    part, detector = next(held_out(fit, labels, parts))
    judged = [labels[index] for index in part]
    questions = len({label.question for label in judged})
    return scores_of(
        judge(judged, predict(detector, judged)), how=f"{len(judged)} texts of {questions} questions held out"
    )


def scores_of(judgement: Judgement, *, how: str) -> dict[str, Any]:
    """Return scores as a card holds them: four decimals, intervals of the F1s and of cuts and calibration alone."""
    content = judgement.as_dict()
    content.pop("groups", None)
    kept = {
        name: bounds
        for name, bounds in content.pop("intervals").items()
        if name.endswith(".f1") or name.startswith("cut.both.") or name == "calibration_error"
    }
    rounded: dict[str, Any] = _round({**content, "intervals": kept})
    return {"how": how, **rounded}


def _round(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, _DIGITS)
    if isinstance(value, Mapping):
        return {name: _round(part) for name, part in value.items()}
    return [_round(part) for part in value] if isinstance(value, list | tuple) else value
