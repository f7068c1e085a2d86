import math

import numpy as np
import pytest

from analysis.evaluation.bootstrap import draw_weights, interval, resample
from analysis.measures.estimate import Estimate, estimate


def test_a_mean_has_the_bounds_of_the_resampled_means():
    values = np.random.default_rng(0).normal(3, 1, 50)
    [found] = estimate(lambda weights: np.array([weights @ values / weights.sum()]), 50, seed=4)
    drawn = resample({"sum": values}, seed=4)["sum"] / 50
    assert found.value == pytest.approx(values.mean())
    assert (found.low, found.high) == pytest.approx(interval(drawn))


def test_the_same_seed_pairs_two_statistics():
    values = np.arange(20.0)
    one = estimate(lambda weights: np.array([weights @ values]), 20)
    two = estimate(lambda weights: np.array([0.0, weights @ values]), 20)
    assert one[0] == two[1]


def test_replicates_that_are_not_defined_are_left_out():
    def ratio(weights):
        return np.array([2.0 if weights[0] else np.nan, np.nan])

    first, second = estimate(ratio, 3)
    assert first == Estimate(2.0, 2.0, 2.0)
    assert math.isnan(second.low)
    assert math.isnan(second.high)


def test_a_centred_interval_lies_about_the_value():
    def different(weights):
        return np.array([float((weights > 0).sum())])

    [plain], [centred] = estimate(different, 40), estimate(different, 40, centred=True)
    assert plain.value == centred.value == 40
    assert plain.high < 40
    assert centred.low < 40 < centred.high
    assert centred.high - centred.low == pytest.approx(plain.high - plain.low)


def test_weights_sum_to_the_questions_and_come_in_pieces_alike(monkeypatch):
    weights = np.concatenate(list(draw_weights(7, 30, seed=1)))
    assert weights.shape == (30, 7)
    assert set(weights.sum(axis=1)) == {7.0}
    monkeypatch.setattr("analysis.evaluation.bootstrap._MOST_NUMBERS", 21)
    pieces = list(draw_weights(7, 30, seed=1))
    assert len(pieces) == 10
    assert np.array_equal(np.concatenate(pieces), weights)


def test_a_shifted_interval_ends_at_its_limits():
    def few(weights):
        return np.array([float((weights == 0).mean()) / 10])

    [found] = estimate(few, 40, centred=True, limits=(0.0, 1.0))
    assert found.value == found.low == 0.0 < found.high


@pytest.mark.parametrize(("questions", "replicates"), [(0, 10), (3, 0)])
def test_nothing_to_draw_is_refused(questions, replicates):
    with pytest.raises(ValueError, match="at least one question and one replicate"):
        estimate(lambda weights: weights, questions, replicates=replicates)


def test_as_dict():
    assert Estimate(1.0, 0.5, 1.5).as_dict() == {"value": 1.0, "low": 0.5, "high": 1.5}
