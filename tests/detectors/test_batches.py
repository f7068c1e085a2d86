from hypothesis import given
from hypothesis import strategies as st

from detectors.batches import batches_by_length


@given(st.lists(st.integers(0, 60), max_size=40), st.integers(1, 100))
def test_batches_hold_every_sequence_once_and_no_more_than_they_may(lengths, most):
    batches = list(batches_by_length(lengths, most))
    assert sorted(index for batch in batches for index in batch) == list(range(len(lengths)))
    for batch in batches:
        assert len(batch) == 1 or len(batch) * max(lengths[index] for index in batch) <= most
    assert [lengths[index] for batch in batches for index in batch] == sorted(lengths)
