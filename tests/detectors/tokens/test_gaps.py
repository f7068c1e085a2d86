"""Gaps as numbers say what gaps as text say."""

from hypothesis import given
from hypothesis import strategies as st

from detectors.tokens.compiled import compiled
from detectors.tokens.gaps import gap_code, gap_flags, gap_text, is_led, join_gaps
from detectors.tokens.growth import is_led as is_led_text
from detectors.tokens.layout import AFTER_EMPTY, BREAKS, TOUCHES
from detectors.tokens.tail import shorten

GAP = st.text(" \t\n\r\xa0\u2028\u3000\x1c", max_size=6)


@compiled
def ask(first, second, position):
    return join_gaps(first, second), gap_flags(first, position), is_led(first)


@given(GAP, GAP)
def test_a_number_is_a_shortened_gap(first, second):
    assert gap_text(gap_code(first)) == shorten(first)
    assert gap_code(shorten(first)) == gap_code(first)
    joined, flags, led = ask(gap_code(first), gap_code(second), 1)
    assert gap_text(joined) == shorten(first + second)
    assert led == is_led_text(first)
    feeds = first.count("\n")
    assert bool(flags & TOUCHES) == (first == "")
    assert bool(flags & BREAKS) == (feeds > 0)
    assert bool(flags & AFTER_EMPTY) == (feeds > 1)


@given(GAP)
def test_a_texts_first_word_begins_its_first_line(gap):
    assert ask(gap_code(gap), 0, 0)[1] == BREAKS
