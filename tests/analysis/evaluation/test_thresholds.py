import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import f1_score

from analysis.evaluation.thresholds import GRID, Costs, cheapest_threshold, cost_of_cuts, threshold_of_best_f1
from detectors.errors import UsageError

COSTS = st.builds(Costs, st.floats(0.01, 100), st.floats(0.01, 100))


@given(COSTS)
def test_the_formula_is_the_expected_cost_of_one_word(costs):
    probability = np.linspace(0, 1, 1001)
    for writer, own in (("student", probability), ("teacher", 1 - probability)):
        stopping, going_on = own * costs.early, (1 - own) * costs.late
        goes_on = going_on <= stopping
        threshold = costs.threshold(writer)
        expected = probability >= threshold if writer == "student" else probability <= threshold
        unsure = np.abs(probability - threshold) < 1e-9
        assert (goes_on == expected)[~unsure].all()
    assert costs.threshold("student") + costs.threshold("teacher") == pytest.approx(1)


def drawn(count=4000):
    """Texts of 50 words with calibrated probabilities: each word independent of its neighbours."""
    random = np.random.default_rng(5)
    probabilities = random.beta(0.4, 0.4, count)
    return random.random(count) < probabilities, probabilities, [50] * (count // 50)


@settings(max_examples=20)
@given(COSTS)
def test_the_cheapest_threshold_is_the_lowest_price_of_the_grid(costs):
    words = drawn(500)
    for writer in ("student", "teacher"):
        prices = cost_of_cuts(*words, writer, costs)
        assert prices[GRID.tolist().index(cheapest_threshold(*words, writer, costs))] == prices.min()


def test_where_late_cuts_cost_more_the_student_needs_more_evidence_and_the_teacher_less():
    words = drawn()
    for late in (0.1, 1, 10):
        cheap, dear = Costs(1, late), Costs(1, 5 * late)
        assert cheapest_threshold(*words, "student", cheap) <= cheapest_threshold(*words, "student", dear)
        assert cheapest_threshold(*words, "teacher", cheap) >= cheapest_threshold(*words, "teacher", dear)


def test_costs_by_hand():
    true, probabilities = np.array([1, 1, 0, 0, 1], dtype=bool), np.array([0.9, 0.4, 0.6, 0.1, 0.8])
    # The student at 0.5 is cut early once (word 1), at 0.3 goes on over word 2; the teacher stops early at word 2.
    for threshold, student, teacher in ((0.5, 2, 2), (0.3, 3, 2), (0.7, 2, 0), (0.85, 2 + 2, 3)):
        for writer, price in (("student", student), ("teacher", teacher)):
            found = cost_of_cuts(true, probabilities, [5], writer, Costs(2, 3), np.array([threshold]))
            assert found.tolist() == [price * 200], (threshold, writer)


def test_best_f1_is_scikit_learns():
    true, probabilities, _ = drawn()
    best = threshold_of_best_f1(true, probabilities)
    scores = {threshold: f1_score(true, probabilities >= threshold) for threshold in GRID.tolist()}
    assert scores[best] == max(scores.values())


@pytest.mark.parametrize(("early", "late"), [(-1, 1), (1, float("nan")), (0, 0)])
def test_costs_that_make_no_sense_are_refused(early, late):
    with pytest.raises(UsageError, match="cost"):
        Costs(early, late)
