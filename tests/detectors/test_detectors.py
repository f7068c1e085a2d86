"""What holds for every kind of detector, on any text."""

import unicodedata

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from detectors import Detector
from detectors.spans import words

WORDS = [
    "so",
    "So",
    "that",
    "let",
    "me",
    "check",
    ".",
    "Wait",
    ",",
    "wait,",
    "maybe",
    "hmm.",
    "é?",
    "e\u0301 ?",
    "7",
    "=",
    "\n",
]
mixtures = st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join)
anything = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)
given_text = given(st.one_of(mixtures, anything))
relaxed = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def decisions(detector, text):
    """Whether each word lies in a span."""
    found = detector.spans(text)
    return [any(span.start <= word.start and word.end <= span.end for span in found) for word in words(text)]


def test_it_is_a_detector(detector):
    assert isinstance(detector, Detector)
    assert detector.context > 0
    assert detector.lookahead >= 0


@relaxed
@given_text
def test_spans_are_valid_in_order_disjoint_and_at_word_bounds(detector, text):
    parts = words(text)
    starts, ends = {word.start for word in parts}, {word.end for word in parts}
    position = 0
    for span in detector.spans(text):
        assert position <= span.start < span.end <= len(text)
        assert span.start in starts
        assert span.end in ends
        assert 0 <= span.score <= 1
        assert span.end == len(text) or unicodedata.category(text[span.end])[0] != "M"
        position = span.end


@relaxed
@given_text
def test_words_are_decided_once_their_lookahead_is_there(detector, text):
    parts, whole = words(text), decisions(detector, text)
    for count in range(1, len(parts)):
        prefix = text[: parts[count - 1].end]
        if words(prefix) == parts[:count]:
            decided = max(0, count - detector.lookahead)
            assert decisions(detector, prefix)[:decided] == whole[:decided]


@relaxed
@given(st.lists(st.sampled_from(WORDS), min_size=60, max_size=150).map(" ".join))
def test_words_further_left_than_the_context_do_not_matter(detector, text):
    parts, whole = words(text), decisions(detector, text)
    cut = len(parts) // 3
    suffix = text[parts[cut].start :]
    assert decisions(detector, suffix)[detector.context :] == whole[cut + detector.context :]


def test_style_is_found_and_not_everywhere(detector):
    text = "So, let me check. Wait, maybe 3 + 4 = 7?\nHmm."
    found = decisions(detector, text)
    assert any(found)
    assert not all(found)
