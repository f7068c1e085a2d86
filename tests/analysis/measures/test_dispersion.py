import numpy as np
import pytest

from analysis.measures.dispersion import deviation_of_proportions, question_share
from tests.analysis.measures.tables import table


def test_gries_example_by_hand():
    found = table({"1": {"a": 2, "b": 4}, "2": {"a": 2}}, sizes={"1": 60, "2": 40})
    # a: |.5 - .6| + |.5 - .4| = .2; b: |1 - .6| + |0 - .4| = .8; half of each.
    assert deviation_of_proportions(found) == pytest.approx([0.1, 0.4])
    assert question_share(found).tolist() == [1, 0.5]


def test_it_is_the_dense_formula():
    random = np.random.default_rng(3)
    counts = random.integers(0, 3, (6, 5))
    rows = {str(q): {str(t): int(counts[q, t]) for t in range(5)} for q in range(6)}
    found = table(rows, sizes={str(q): 10 + q for q in range(6)})
    shares = found.sizes / found.sizes.sum()
    dense = np.abs(counts / counts.sum(axis=0) - shares[:, None]).sum(axis=0) / 2
    assert deviation_of_proportions(found) == pytest.approx(dense)


def test_a_term_that_does_not_occur_has_1():
    assert deviation_of_proportions(table({"1": {"a": 1, "b": 0}})).tolist() == [0, 1]
