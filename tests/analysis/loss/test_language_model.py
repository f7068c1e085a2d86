import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.loss.language_model import LEAST_ROOM, readings_of
from detectors.errors import UsageError


@given(st.integers(0, 400), st.integers(1, 20), st.integers(60, 500))
def test_every_token_is_scored_once_behind_the_condition_and_half_a_window(count, before, context):
    condition, text = [-1] * before, list(range(count))
    room = context - before
    scored = []
    for reading in readings_of(condition, text, context):
        assert len(reading.token_ids) <= context
        assert list(reading.token_ids[:before]) == condition
        own = list(reading.token_ids[reading.first :])
        scored += own
        # What stands between condition and the scored tokens is the text just before them.
        between = list(reading.token_ids[before : reading.first])
        assert between == list(range(own[0] - len(between), own[0]))
        assert len(between) >= min(own[0], room // 2)
    assert scored == text


def test_a_text_that_fits_is_read_at_once():
    [reading] = readings_of([9], list(range(60)), 61)
    assert (reading.first, list(reading.token_ids)) == (1, [9, *range(60)])
    assert len(readings_of([9], list(range(61)), 61)) == 2


def test_a_context_the_prompt_fills_is_refused_and_a_short_text_is_not():
    context = 10 + LEAST_ROOM - 1
    with pytest.raises(UsageError, match=rf"{context} tokens is too small: the prompt takes 10.*--condition nothing"):
        readings_of([1] * 10, [2] * LEAST_ROOM, context)
    assert len(readings_of([1] * 10, [2] * (LEAST_ROOM - 1), context)) == 1
    assert readings_of([1] * 10, [], 5) == []
