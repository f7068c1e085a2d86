import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.evaluation import Agreement, cross_validate, evaluate, flags, score, split_by_question
from analysis.fitting import fit_lexicon
from analysis.labels import LabelledText
from detectors.lexicon import LexiconDetector
from detectors.spans import Span

TEXT = "So now, 3 + 4. Hmm."
TRUE = (Span(0, 7), Span(15, 19))


def test_scores_by_hand():
    label = LabelledText("a", TEXT, TRUE)
    scores = score([label], [[Span(0, 2), Span(15, 19), Span(8, 9)]])
    assert (scores.token.precision, scores.token.recall) == (pytest.approx(3 / 4), pytest.approx(3 / 5))
    assert (scores.blank_token.precision, scores.blank_token.recall) == (pytest.approx(2 / 3), pytest.approx(2 / 3))
    assert (scores.span.precision, scores.span.recall) == (pytest.approx(1 / 3), pytest.approx(1 / 2))
    assert (scores.boundary.precision, scores.boundary.recall) == (pytest.approx(3 / 6), pytest.approx(3 / 4))
    assert scores.token.f1 == pytest.approx(2 * 0.75 * 0.6 / 1.35)
    assert (scores.texts, scores.tokens) == (1, 9)


def test_what_is_right_scores_one_and_nothing_scores_nothing():
    label = LabelledText("a", TEXT, TRUE)
    assert score([label], [TRUE]).span.f1 == 1
    assert score([label], [[]]).token == Agreement(0, 0, 0)
    assert score([LabelledText("a", TEXT, ())], [[]]).token.f1 == 1


def test_a_word_is_style_when_most_of_it_is():
    assert flags(4, [(0, 4)], [Span(0, 2)]).tolist() == [False]
    assert flags(4, [(0, 4)], [Span(0, 3)]).tolist() == [True]
    assert flags(4, [(0, 4)], [Span(0, 1), Span(2, 4)]).tolist() == [True]


def test_evaluate_runs_the_detector():
    assert evaluate(LexiconDetector({"so now ,": 1, "hmm .": 1}), [LabelledText("a", TEXT, TRUE)]).token.f1 == 1


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


def test_cross_validation_never_fits_to_what_it_scores(labels):
    fitted = []

    def fit(texts):
        fitted.append({label.question for label in texts})
        return fit_lexicon(texts)

    scores = cross_validate(fit, labels, folds=3)
    assert scores.texts == len(labels)
    assert len(fitted) == 3
    assert set.intersection(*fitted) == set()
    assert scores.token.f1 > 0.8


def test_cross_validation_needs_two_questions():
    with pytest.raises(ValueError, match="two questions"):
        cross_validate(fit_lexicon, [LabelledText("a", "So", (Span(0, 2),))])
