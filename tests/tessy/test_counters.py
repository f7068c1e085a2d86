import json
from dataclasses import fields

from hypothesis import given
from hypothesis import strategies as st

from tessy.counters import Counters

counts = st.integers(0, 10**9)
counters = st.builds(
    Counters,
    **{
        entry.name: st.dictionaries(st.sampled_from([0, 1, 2, 4, 8]), counts)
        if entry.name == "spans"
        else (st.floats(0, 1e6) if entry.name == "waiting" else counts)
        for entry in fields(Counters)
    },
)


@given(st.lists(st.integers(0, 100_000), max_size=50))
def test_every_span_is_in_the_bucket_it_reaches(spans):
    seen = Counters()
    for tokens in spans:
        seen.add_span(tokens)
    for bucket, count in seen.spans.items():
        assert count == sum(tokens == 0 if bucket == 0 else bucket <= tokens < 2 * bucket for tokens in spans)
    assert sum(seen.spans.values()) == len(spans)


@given(counters, counters)
def test_sums_are_sums_of_every_figure(left, right):
    total = Counters()
    total.add(left)
    total.add(right)
    for entry in fields(Counters):
        if entry.name != "spans":
            assert getattr(total, entry.name) == getattr(left, entry.name) + getattr(right, entry.name)
    assert total.spans == {
        bucket: left.spans.get(bucket, 0) + right.spans.get(bucket, 0) for bucket in {*left.spans, *right.spans}
    }


def test_adding_leaves_the_other_as_it_was():
    total, trace = Counters(), Counters(spans={4: 1})
    total.add(trace)
    total.add_span(5)
    assert trace.spans == {4: 1}


@given(counters)
def test_a_row_is_json_with_every_figure(seen):
    row = json.loads(json.dumps(seen.as_row()))
    assert list(row) == [entry.name for entry in fields(Counters)]
    assert row["waiting"] == round(seen.waiting, 3)
    assert [int(bucket) for bucket in row["spans"]] == sorted(seen.spans)
    assert row["prefilled"] == seen.prefilled
