import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.distance import jensenshannon

from analysis.measures.jensen_shannon import jensen_shannon

bags = st.lists(st.integers(0, 50), min_size=6, max_size=6).filter(any).map(lambda bag: np.array(bag, dtype=float))


@given(bags, bags)
def test_it_is_scipys_distance_squared(first, second):
    assert jensen_shannon(first, second) == pytest.approx(jensenshannon(first, second, base=2) ** 2, abs=1e-6)


@given(bags, bags, st.floats(0.1, 10))
def test_it_is_symmetric_and_knows_no_size(first, second, factor):
    assert jensen_shannon(first, second) == pytest.approx(jensen_shannon(second * factor, first), abs=1e-9)


def test_at_the_ends():
    assert jensen_shannon(np.array([1.0, 0]), np.array([0, 2.0])) == 1
    assert jensen_shannon(np.zeros(2), np.zeros(2)) == 0
    assert jensen_shannon(np.zeros(2), np.ones(2)) == 1
