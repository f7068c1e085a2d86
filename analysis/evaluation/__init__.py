"""Judges detectors: scores, intervals, cuts, calibration, comparison. Names are imported when first used."""

from typing import TYPE_CHECKING

from detectors.lazy import lazy_names

if TYPE_CHECKING:
    from analysis.evaluation.comparison import Standing, compare
    from analysis.evaluation.folds import Fit, cross_validate, out_of_fold, predict_out_of_fold, split_by_question
    from analysis.evaluation.judgement import Judgement, judge
    from analysis.evaluation.matching import flags
    from analysis.evaluation.predictions import Prediction, predict
    from analysis.evaluation.scores import Agreement, Scores, evaluate, score

_HOMES = {
    "analysis.evaluation.comparison": ("Standing", "compare"),
    "analysis.evaluation.folds": ("Fit", "cross_validate", "out_of_fold", "predict_out_of_fold", "split_by_question"),
    "analysis.evaluation.judgement": ("Judgement", "judge"),
    "analysis.evaluation.matching": ("flags",),
    "analysis.evaluation.predictions": ("Prediction", "predict"),
    "analysis.evaluation.scores": ("Agreement", "Scores", "evaluate", "score"),
}

__all__ = [
    "Agreement",
    "Fit",
    "Judgement",
    "Prediction",
    "Scores",
    "Standing",
    "compare",
    "cross_validate",
    "evaluate",
    "flags",
    "judge",
    "out_of_fold",
    "predict",
    "predict_out_of_fold",
    "score",
    "split_by_question",
]

__getattr__, __dir__ = lazy_names(__name__, _HOMES)
