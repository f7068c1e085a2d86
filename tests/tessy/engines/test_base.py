from hypothesis import given
from hypothesis import strategies as st

from tessy.engines.base import Draft, DraftStop


def draft(*ends):
    return Draft(range(len(ends)), "x" * (ends[-1] if ends else 0), ends, DraftStop.LENGTH)


def test_tokens_within():
    assert draft(2, 5, 9).tokens_within(5) == 2
    assert draft(2, 5, 9).tokens_within(8) == 2
    assert draft(2, 5, 9).tokens_within(1) == 0
    assert draft().tokens_within(0) == 0


def test_tokens_that_only_begin_a_character_do_not_count():
    assert draft(0, 0, 1, 1, 2).tokens_within(0) == 0
    assert draft(0, 0, 1, 1, 2).tokens_within(1) == 3


def test_tokens_covering():
    assert draft(2, 5, 9).tokens_covering(3) == 2
    assert draft(2, 5, 9).tokens_covering(5) == 2
    assert draft(0, 4).tokens_covering(1) == 2


@given(st.lists(st.integers(0, 4), max_size=10), st.integers(0, 50))
def test_counts_are_the_least_and_the_most(steps, characters):
    ends = [sum(steps[: index + 1]) for index in range(len(steps))]
    within = draft(*ends).tokens_within(characters)
    assert all(end <= characters for end in ends[:within])
    said = ends[within - 1] if within else 0
    assert not any(said < end <= characters for end in ends)
    assert within in {0, 1} or ends[within - 2] < said
