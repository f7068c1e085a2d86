import logging

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.evaluation import evaluate
from analysis.evaluation.folds import cross_validate, held_out, out_of_fold, predict_out_of_fold, split_by_question
from analysis.fitting import fit_lexicon
from analysis.labels import LabelledText
from detectors.spans import Span, words


@given(st.lists(st.integers(0, 9), min_size=1, max_size=40), st.integers(1, 6))
def test_no_question_stands_in_two_parts(questions, folds):
    labels = [LabelledText(str(n), "x", (), question=str(q)) for n, q in enumerate(questions)]
    parts = split_by_question(labels, folds)
    assert sorted(index for part in parts for index in part) == list(range(len(labels)))
    assert len(parts) == min(folds, len(set(questions)))
    homes = {}
    for number, part in enumerate(parts):
        for index in part:
            assert homes.setdefault(labels[index].question, number) == number


def test_cross_validation_never_fits_to_what_it_scores(labels, caplog):
    fitted = []

    def fit(texts):
        fitted.append({label.question for label in texts})
        return fit_lexicon(texts)

    with caplog.at_level(logging.INFO):
        scores = cross_validate(fit, labels, folds=3)
    assert scores.texts == len(labels)
    assert len(fitted) == 3
    assert set.intersection(*fitted) == set()
    assert scores.token.f1 > 0.8
    assert caplog.records[0].getMessage() == "fold 1 of 3: fitting to 40 texts"


def test_out_of_fold_keeps_the_order_of_the_texts(labels):
    probabilities = out_of_fold(fit_lexicon, labels, folds=4)
    predictions = predict_out_of_fold(fit_lexicon, labels, folds=4)
    for label, own, prediction in zip(labels, probabilities, predictions, strict=True):
        assert own.shape == (len(words(label.text)),)
        assert own.dtype == np.float64
        assert own.tolist() == prediction.probabilities.tolist()
    (part, detector), *_ = held_out(fit_lexicon, labels, folds=4)
    assert [detector.probabilities(labels[index].text) for index in part] == [
        probabilities[index].tolist() for index in part
    ]
    assert evaluate(detector, [labels[index] for index in part]).texts == len(part)


@pytest.mark.parametrize("folds", [1, 5])
def test_cross_validation_needs_two_questions_and_two_folds(labels, folds):
    with pytest.raises(ValueError, match="at least two"):
        cross_validate(fit_lexicon, labels if folds == 1 else [LabelledText("a", "So", (Span(0, 2),))], folds)
