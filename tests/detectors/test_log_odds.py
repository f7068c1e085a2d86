import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit, logit

from detectors.log_odds import log_odds, probability


@given(st.floats(1e-9, 1 - 1e-9))
def test_they_are_those_of_scipy_and_each_other_s_inverse(value):
    assert log_odds(value) == pytest.approx(logit(value), rel=1e-6, abs=1e-9)
    assert probability(log_odds(value)) == pytest.approx(value, rel=1e-6)


@given(st.floats(-50, 50))
def test_probabilities_are_those_of_scipy(value):
    assert probability(value) == pytest.approx(expit(value), rel=1e-12)


def test_nothing_is_certain():
    assert np.isfinite(log_odds([0.0, 1.0])).all()
    assert log_odds([0.0, 1.0], nearest=0.25).tolist() == pytest.approx([-np.log(3), np.log(3)])
    assert np.isfinite(probability([-1e9, 1e9])).all()
