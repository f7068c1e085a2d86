import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.evaluation import bootstrap
from analysis.evaluation.bootstrap import interval, resample, sums_by


def test_sums_are_by_key_in_the_order_of_the_keys():
    sums = sums_by(["b", "a", "b"], [{"x": 1.0, "y": 2.0}, {"x": 3.0, "y": 4.0}, {"x": 5.0, "y": 6.0}])
    assert {name: values.tolist() for name, values in sums.items()} == {"x": [3, 6], "y": [4, 8]}


def test_a_mean_has_the_interval_of_the_normal_approximation():
    values = np.random.default_rng(1).normal(10, 2, 400)
    drawn = resample({"sum": values, "count": np.ones(400)}, replicates=4000, seed=2)
    assert drawn["count"].tolist() == [400] * 4000
    low, high = interval(drawn["sum"] / drawn["count"])
    error = values.std() / 20
    assert (low, high) == (
        pytest.approx(values.mean() - 1.96 * error, abs=0.02),
        pytest.approx(values.mean() + 1.96 * error, abs=0.02),
    )


def test_the_same_seed_draws_the_same_questions_for_every_detector(monkeypatch):
    one, other = np.arange(7.0), np.arange(7.0) * 3
    drawn = resample({"x": one}, seed=5)["x"]
    assert resample({"x": other}, seed=5)["x"].tolist() == (3 * drawn).tolist()
    assert resample({"x": one}, seed=6)["x"].tolist() != drawn.tolist()
    monkeypatch.setattr(bootstrap, "_MOST_NUMBERS", 70)
    assert resample({"x": one}, seed=5)["x"].tolist() == drawn.tolist()


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=50))
def test_an_interval_lies_within_the_values(values):
    low, high = interval(np.array(values))
    assert min(values) <= low <= high <= max(values)
