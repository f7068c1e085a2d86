import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.base import settled_but
from detectors.features import BITS
from detectors.lexicon import LexiconDetector
from detectors.logistic import LogisticDetector
from detectors.spans import words

PHRASES = {
    "so": 0.9,
    "so that": 0.1,
    "let me check": 1.0,
    "^then": 0.8,
    "^,now": 0.9,
    "okay , let me": 1.0,
    "^~but wait": 0.9,
}
LOGISTIC = LogisticDetector(
    np.arange(1 << BITS, dtype=np.uint32),
    np.random.default_rng(0).normal(0, 1, 1 << BITS).astype(np.float32),
    bias=-1.0,
    lookahead=2,
)
DETECTORS = (LexiconDetector(PHRASES), LexiconDetector(PHRASES, causal=True), LOGISTIC)
TEXT = st.lists(
    st.sampled_from(
        ["so", "that", "let", "me", "check", "then", "now", "okay", ",", ".", "but", "wait", "3", "\n", "x"]
    ),
    max_size=14,
).map(" ".join)


def style(detector, text):
    spans = detector.spans(text)
    return {word.start for word in words(text) if any(span.start <= word.start < span.end for span in spans)}


@settings(max_examples=300)
@given(st.sampled_from(DETECTORS), TEXT, TEXT)
def test_what_is_settled_no_further_word_changes(detector, text, more):
    settled = detector.settled(text)
    assert 0 <= settled <= len(text)
    before = {start for start in style(detector, text) if start < settled}
    after = {start for start in style(detector, f"{text} {more}") if start < settled}
    assert before == after


def test_only_phrases_that_may_go_on_are_waited_for():
    lexicon = DETECTORS[0]
    assert lexicon.lookahead == 3
    assert lexicon.settled("one two three") == len("one two three")
    assert lexicon.settled("one two let me") == len("one two ")
    assert lexicon.settled("one two let me see") == len("one two let me see")


def test_a_fixed_look_ahead_waits_for_all_its_words():
    assert settled_but("one two three", 2) == len("one ")
    assert settled_but("one two", 2) == 0
    assert settled_but("one two", 0) == len("one two")
