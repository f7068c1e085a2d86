import numpy as np
import pytest

from analysis.evaluation.scores import Agreement, ratios, score
from analysis.labels import LabelledText
from detectors.spans import Span

TEXT = "So now, 3 + 4. Hmm."
TRUE = (Span(0, 7), Span(15, 19))


def test_scores_by_hand():
    label = LabelledText("a", TEXT, TRUE)
    scores = score([label], [[Span(0, 2), Span(15, 19), Span(8, 9)]])
    assert (scores.token.precision, scores.token.recall) == (pytest.approx(3 / 4), pytest.approx(3 / 5))
    assert (scores.blank_token.precision, scores.blank_token.recall) == (pytest.approx(2 / 3), pytest.approx(2 / 3))
    assert (scores.span.precision, scores.span.recall) == (pytest.approx(1 / 3), pytest.approx(1 / 2))
    assert (scores.span_partial.precision, scores.span_partial.recall) == (pytest.approx(1 / 2), pytest.approx(3 / 4))
    assert (scores.span_overlap.precision, scores.span_overlap.recall) == (pytest.approx(2 / 3), 1)
    assert (scores.boundary.precision, scores.boundary.recall) == (pytest.approx(3 / 6), pytest.approx(3 / 4))
    assert scores.token.f1 == pytest.approx(2 * 0.75 * 0.6 / 1.35)
    assert (scores.texts, scores.tokens) == (1, 9)


def test_what_is_right_scores_one_and_nothing_scores_nothing():
    label = LabelledText("a", TEXT, TRUE)
    assert score([label], [TRUE]).span.f1 == 1
    assert score([label], [[]]).token == Agreement(0, 0, 0)
    assert score([LabelledText("a", TEXT, ())], [[]]).token.f1 == 1
    assert score([], []).token.f1 == 1
    with pytest.raises(ValueError, match="shorter"):
        score([label], [])


def test_ratios_of_many_counts_are_those_of_each():
    counts = np.array([[3, 4, 5], [0, 0, 2], [0, 3, 0], [0, 0, 0], [0, 1, 1]]).T
    rows = np.stack(list(ratios(*counts).values()), axis=1)
    for row, three in zip(rows, counts.T, strict=True):
        one = Agreement.of(*three)
        assert row.tolist() == [one.precision, one.recall, one.f1]
    assert rows.tolist()[1:] == [[0, 0, 0], [0, 0, 0], [1, 1, 1], [0, 0, 0]]
