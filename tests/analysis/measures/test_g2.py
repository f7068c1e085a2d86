import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2_contingency

from analysis.measures.g2 import g2
from tests.analysis.measures.oracles import oracle


@given(st.integers(0, 50), st.integers(0, 50), st.integers(60, 200), st.integers(60, 200))
def test_g2_is_scipys_log_likelihood_of_the_table(one, two, first, second):
    if one + two == 0:
        return
    cells = [[one, two], [first - one, second - two]]
    theirs = chi2_contingency(cells, correction=False, lambda_="log-likelihood").statistic
    ours = g2(np.array([float(one)]), np.array([float(two)]), (first, second))
    assert ours[0] == pytest.approx(theirs, abs=1e-6)


def test_keyflux_sums_the_two_cells_of_the_term_alone():
    measures = oracle("keyflux.keyness.measures")
    one, two, first, second = 620, 267, 1_017_879, 1_007_532
    theirs = measures.log_likelihood(one, two, first, second)
    ours = g2(np.array([float(one)]), np.array([float(two)]), (first, second))[0]
    # The other two cells (Dunning's table has four) come to little for a rare term.
    rest = sum(
        2 * (size - count) * np.log((size - count) / (size * (1 - (one + two) / (first + second))))
        for count, size in ((one, first), (two, second))
    )
    assert ours - rest == pytest.approx(theirs, abs=1e-6)


def test_equal_rates_and_nothing_have_none():
    assert g2(np.array([2.0, 0.0]), np.array([4.0, 0.0]), (10, 20)).tolist() == [0, 0]
    assert g2(np.zeros(2), np.zeros(2)).tolist() == [0, 0]
