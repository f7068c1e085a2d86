import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.places import line_starts, normalise, place_of
from detectors.spans import words


@given(st.text(st.sampled_from("a. \n\r\x1c\u0301👍🏽"), max_size=20))
def test_a_line_starts_where_a_line_feed_stands_before_a_word(text):
    parts = words(text)
    expected = {k for k in range(1, len(parts)) if "\n" in text[parts[k - 1].end : parts[k].start]}
    assert line_starts(text, parts) == expected


@pytest.mark.parametrize(
    ("previous", "new_line", "place"),
    [(None, False, "^."), ("x", True, "^."), ("?", False, "^."), (",", False, "^,"), ("x", False, "")],
)
def test_places_are_named_by_what_stands_before(previous, new_line, place):
    assert place_of(previous, new_line=new_line) == place


def test_words_are_spelled_in_lower_case_with_straight_apostrophes():
    assert normalise("Let’s") == "let's"
