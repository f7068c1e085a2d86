import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.measures.count_table import CountTable
from tests.analysis.measures.tables import table

rows = st.dictionaries(
    st.sampled_from("1234"), st.dictionaries(st.sampled_from("abcd"), st.integers(0, 5)), min_size=1
).map(table)


@given(rows, rows)
def test_aligned_tables_have_the_questions_of_both_and_the_terms_of_either(one, two):
    first, second = one.aligned(two)
    assert first.questions == second.questions == tuple(sorted({*one.questions} & {*two.questions}))
    assert first.terms == second.terms == tuple(sorted({*one.terms, *two.terms}))
    for old, new in ((one, first), (two, second)):
        for question in new.questions:
            before, after = old.of_questions([question]), new.of_questions([question])
            counts = dict(zip(before.terms, before.totals().tolist(), strict=True))
            assert after.totals().tolist() == [counts.get(term, 0) for term in after.terms]
            assert after.sizes.tolist() == before.sizes.tolist()


@given(rows, st.lists(st.integers(0, 3), min_size=4, max_size=4))
def test_weighted_totals_are_the_totals_of_repeated_questions(one, weights):
    taken = np.array(weights[: len(one.questions)], dtype=np.float64)
    assert one.totals(taken).tolist() == (one.counts.toarray().T @ taken).tolist()
    assert one.totals().tolist() == one.counts.toarray().sum(axis=0).tolist()


def test_keeping_terms_leaves_the_sizes():
    kept = table({"1": {"a": 1, "b": 2}}).keep(["b", "z"])
    assert (kept.terms, kept.totals().tolist(), kept.sizes.tolist()) == (("b",), [2], [3])


def test_unsorted_terms_and_wrong_shapes_are_refused():
    good = table({"1": {"a": 1, "b": 2}})
    with pytest.raises(ValueError, match="must be sorted"):
        CountTable(("b", "a"), good.questions, good.counts, good.sizes)
    with pytest.raises(ValueError, match="do not fit"):
        CountTable(("a",), good.questions, good.counts, good.sizes)
