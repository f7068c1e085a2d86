import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tessy.draft_length import LONGEST, FixedLength, LearnedLength, cheapest

spans_of_words = st.lists(st.integers(0, 200), min_size=1, max_size=60)
seconds = st.floats(0, 1, allow_subnormal=False)


def simulate(spans, draft, per_request, per_token):
    """Draft, and draft again, until the first token of the other kind has been seen; add up the seconds."""
    total = 0.0
    for span in spans:
        made = 0
        while made < span + 1:
            made += draft
            total += per_request + per_token * draft
    return total


@given(spans_of_words, seconds, seconds)
def test_no_other_length_takes_less_time(spans, per_request, per_token):
    chosen = cheapest(np.array(spans), per_request, per_token)
    least = min(simulate(spans, draft, per_request, per_token) for draft in range(1, LONGEST + 1))
    assert simulate(spans, chosen, per_request, per_token) == pytest.approx(least)


def test_a_request_that_costs_nothing_is_for_one_token_and_a_token_that_costs_nothing_comes_with_many():
    spans = np.array([3, 9, 30])
    assert cheapest(spans, 0.0, 1.0) == 1
    assert cheapest(spans, 1.0, 0.0) == 31


def learn(length, spans, per_request, per_token, *, noise=None):
    """Let it live through spans, each request as long as it asks for."""
    for span in spans:
        made = 0
        while made < span + 1:
            draft = length.ask()
            made += draft
            length.request(draft, per_request + per_token * draft + (noise() if noise else 0.0))
        length.span(span)


@given(st.lists(st.integers(0, 40), min_size=32, max_size=32), st.floats(0.001, 1), st.floats(0.001, 1))
def test_costs_are_learned_from_requests(spans, per_request, per_token):
    length = LearnedLength()
    learn(length, spans * 2, per_request, per_token)
    assert 1 <= length.best <= LONGEST
    least = min(simulate(spans, draft, per_request, per_token) for draft in range(1, LONGEST + 1))
    assert simulate(spans, length.best, per_request, per_token) == pytest.approx(least)


def test_until_enough_is_seen_it_is_the_papers():
    length = LearnedLength()
    learn(length, [1] * 31, 0.0, 1.0)
    assert length.best == 20
    learn(length, [1], 0.0, 1.0)
    assert length.best == 1


def test_a_request_that_waited_for_a_server_says_nothing():
    spans = [4, 5, 6, 7] * 16
    calm, shaken = LearnedLength(), LearnedLength()
    learn(calm, spans, 0.05, 0.01)
    waits = iter([100.0 if number % 20 == 10 else 0.0 for number in range(2000)])
    learn(shaken, spans, 0.05, 0.01, noise=lambda: next(waits))
    assert shaken.best == calm.best == 8


def test_spans_that_become_longer_are_followed():
    length = LearnedLength()
    learn(length, [2] * 64, 0.05, 0.01)
    short = length.best
    learn(length, [50] * 512, 0.05, 0.01)
    assert (short, length.best) == (3, 51)


def test_without_a_second_length_nothing_is_chosen():
    length = LearnedLength()
    for _ in range(64):
        length.request(20, 1.0)
        length.span(3)
    assert length.best == 20


def test_a_fixed_length_learns_nothing():
    length = FixedLength(7)
    learn(length, [2] * 100, 0.0, 1.0)
    assert length.ask() == 7


def test_traces_that_ask_together_try_another_length_too():
    length = LearnedLength()
    for _ in range(40):
        asked = [length.ask() for _ in range(64)]
        for draft in asked:
            length.request(draft, 1.0 + 0.01 * draft)
            length.span(3)
    assert length.best == 4
    assert sorted(set(asked)) == [2, 4]
