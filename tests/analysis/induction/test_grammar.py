from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.induction.clauses import Reading
from analysis.induction.grammar import EXCLUSIVE, Grammar
from analysis.markers import Markers, read_markers
from detectors.spans import words

ENGLISH = Grammar(read_markers(), common=frozenset({"puzzle", "once", "more"}))


def found(text, grammar=ENGLISH):
    return [text[span.start : span.end] for span in grammar.spans(text)]


@pytest.mark.parametrize(
    ("text", "style"),
    [
        ("So, the sum is 7. However, x is 3.", ["So,", "However,"]),
        ("We need to check whether 7 is odd.", ["We need to check whether"]),
        ("Okay, let's see. 3 + 4 = 7.", ["Okay, let's see."]),
        ("Wait, that doesn't look right.", ["Wait, that doesn't look right."]),
        ("Hmm... 7 it is.", ["Hmm..."]),
        ("The user wants a table.", ["The user wants"]),
        ("The list holds 3 items, but no 4.", ["but"]),
        ("the list so far", []),
    ],
)
def test_markers_lead_ins_and_narration(text, style):
    assert found(text) == style


def test_a_verdict_needs_a_sign_and_is_no_style_as_a_result():
    assert found("Right, x is 3. Right angles are 3.") == ["Right,"]
    assert found("7 is odd: yes.") == []


def test_a_sequencer_inside_a_sentence_needs_a_clause():
    assert found("Fill it, then we go on with 3.") == ["then we go on"]
    assert found("Fill it, then it holds 3, then 4.") == ["then"]


def test_the_consequent_of_a_condition_is_logic():
    assert found("If x is 3, then it is odd.") == []


def test_a_lead_in_may_follow_a_coordinator():
    assert found("x is 3 and we need to check 4") == ["we need to check"]


def test_common_words_complete_a_sentence_of_self_talk():
    assert found("Let me read the puzzle once more.") == ["Let me read the puzzle once more."]
    assert found("Let me check the cactus.") == ["Let me check"]


def test_quotations_are_no_style():
    assert found('x is "so, we need to check" and 3') == []


def test_a_stage_direction_is_style_and_a_name_in_asterisks_is_not():
    assert found("*checks the notes again*\nx = 3") == ["*checks the notes again*"]
    assert found("*x* is 3 * 4 * 5") == []


def test_exclusive_words_are_style_everywhere():
    grammar = Grammar(Markers(), exclusive=frozenset({"zort"}))
    assert grammar.confidences(Reading.of("3 zort 4")) == [0.0, EXCLUSIVE, 0.0]


def test_an_empty_seed_list_finds_nothing():
    assert found("So, we need to check.", Grammar(Markers())) == []


PIECES = [
    "So",
    ",",
    ".",
    "let me",
    "check",
    "if",
    '"',
    "*",
    "\n",
    "the",
    "puzzle",
    "x",
    "7",
    "then",
    "No",
    "…",
    "é",
    "中",
]


@given(st.one_of(st.text(max_size=80), st.lists(st.sampled_from(PIECES), max_size=30).map(" ".join)))
def test_spans_are_in_order_and_at_word_bounds_for_any_text(text):
    spans = ENGLISH.spans(text)
    starts, ends = {word.start for word in words(text)}, {word.end for word in words(text)}
    assert all(span.start in starts and span.end in ends and 0.5 <= span.score <= 1 for span in spans)
    assert all(left.end <= right.start for left, right in pairwise(spans))
