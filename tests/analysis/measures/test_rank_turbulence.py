import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.measures.rank_turbulence import rank_turbulence, rank_turbulence_by_term
from tests.analysis.measures.oracles import oracle

bags = st.lists(st.integers(0, 9), min_size=6, max_size=6).filter(any).map(lambda bag: np.array(bag, dtype=float))
alphas = st.sampled_from([0.0, 1 / 3, 1.0, 5.0])


@pytest.mark.parametrize("alpha", [0.0, 1 / 3, 1.0, 4.0])
def test_keyflux_gives_the_same_where_both_corpora_have_all_terms(alpha):
    divergence, ranking = oracle("keyflux.divergence"), oracle("keyflux.ranking")
    first = {"a": 20, "e": 14, "c": 8, "b": 7, "f": 4, "g": 2, "d": 1, "h": 1}
    second = {"b": 24, "a": 16, "e": 5, "d": 4, "c": 3, "f": 2, "g": 1, "h": 4}
    lists = [ranking.RankedList.from_counts(counts) for counts in (first, second)]
    theirs = divergence.rtd(*lists, alpha=alpha).divergence
    names = sorted(first)
    ours = rank_turbulence(
        np.array([float(first[name]) for name in names]), np.array([float(second[name]) for name in names]), alpha
    )
    # With exclusive terms the two part: it sums the norm over the terms of either corpus, against ranks of the other
    # way round, and its disjoint lists do not reach 1. The norm of Dodds et al. is the sum of two disjoint lists.
    assert ours == pytest.approx(theirs, abs=1e-6)


@given(bags, bags, alphas)
def test_it_is_symmetric_between_0_and_1(first, second, alpha):
    found = rank_turbulence(first, second, alpha)
    assert 0 <= found <= 1
    assert found == pytest.approx(rank_turbulence(second, first, alpha))
    assert rank_turbulence(first, first, alpha) == 0


@given(st.integers(50, 200), st.integers(50, 200), alphas)
def test_disjoint_corpora_are_at_1(one, two, alpha):
    first = np.concatenate([np.arange(one, 0.0, -1), np.zeros(two)])
    second = np.concatenate([np.zeros(one), np.arange(two, 0.0, -1)])
    # The half of a rank that the paper leaves out is a hundredth here.
    assert rank_turbulence(first, second, alpha) == pytest.approx(1, abs=0.01)


def test_what_terms_add_sums_to_it_and_absent_terms_add_nothing():
    first, second = np.array([9.0, 3, 1, 0, 0]), np.array([1.0, 5, 0, 2, 0])
    shares = rank_turbulence_by_term(first, second)
    assert shares.sum() == pytest.approx(rank_turbulence(first, second))
    assert shares[-1] == 0


def test_empty_corpora_and_a_negative_alpha():
    assert rank_turbulence(np.zeros(3), np.ones(3)) == pytest.approx(1)
    assert rank_turbulence(np.zeros(3), np.zeros(3)) == 0
    with pytest.raises(ValueError, match="alpha must be at least 0"):
        rank_turbulence(np.ones(2), np.ones(2), -1)
