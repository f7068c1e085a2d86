from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from analysis.annotation.faults import ParaphrasedSpanError, WrongOrderError
from analysis.annotation.locating import locate
from analysis.labels import read_labels
from detectors.spans import words

TOKENS = [
    "so",
    "So",
    "successors",
    "wait",
    "Wait,",
    "x",
    "…",
    "and so",
    "e\u0301",
    "\U0001f44d\U0001f3fd",
    "的",
    "\n",
    ".",
]
texts = st.lists(st.sampled_from(TOKENS), max_size=30).map(" ".join) | st.text(max_size=60)


def found(text, strings):
    return [(span.start, span.end) for span in locate(text, strings).spans]


def test_a_word_is_never_found_inside_another():
    assert found("successors, so", ["so"]) == [(12, 14)]
    with pytest.raises(ParaphrasedSpanError, match="'so' stands only inside longer words"):
        locate("successors", ["so"])


def test_a_span_that_is_not_verbatim_is_named():
    for changed in ("so", "So ,", "Sо,"):  # the last with a Cyrillic letter
        with pytest.raises(ParaphrasedSpanError, match="does not stand in the text"):
            locate("So, 3", [changed])


@pytest.mark.parametrize(
    "strings",
    [["Wait,", "So"], ["So", "So"], ["So 3.", "3"], ["So", "3", "So"]],
    ids=["order", "often", "inside", "turn"],
)
def test_a_wrong_order_is_named(strings):
    with pytest.raises(WrongOrderError, match=r"number [23] of the list"):
        locate("So 3. Wait, 4", strings)


def test_the_layout_that_keeps_the_order_wins():
    text = "Then so. Wait, so. Then 3."
    assert found(text, ["Wait,", "so", "Then"]) == [(9, 14), (15, 17), (19, 23)]
    assert found(text, ["so", "Wait,"]) == [(5, 7), (9, 14)]
    assert not locate(text, ["so", "Wait,"]).ambiguous
    assert not locate(text, ["so", "so"]).ambiguous


def test_of_several_layouts_the_one_at_clause_starts_wins_and_is_flagged():
    located = locate("the list is so long, so we stop", ["so"])
    assert ([(span.start, span.end) for span in located.spans], located.ambiguous) == ([(21, 23)], True)
    located = locate("So 3. So 4. So 5.", ["So", "So"])
    assert ([span.start for span in located.spans], located.ambiguous) == ([0, 6], True)
    assert not locate("So 3.", []).ambiguous


@given(texts, st.data())
def test_spans_taken_from_a_text_are_laid_out_again(text, data):
    """Any disjoint runs of words, listed in order, have a layout; where it is the only one, it is found."""
    parts = words(text)
    bounds = sorted(data.draw(st.sets(st.integers(0, len(parts)), max_size=8)))
    true = [(parts[left].start, parts[right - 1].end) for left, right in zip(bounds[::2], bounds[1::2], strict=False)]
    strings = [text[start:end] for start, end in true]
    located = locate(text, strings)
    spans = [(span.start, span.end) for span in located.spans]
    assert [text[start:end] for start, end in spans] == strings
    assert all(left[1] <= right[0] for left, right in pairwise(spans))
    assert {start for start, _ in spans} <= {part.start for part in parts}
    assert {end for _, end in spans} <= {part.end for part in parts}
    if not located.ambiguous:
        assert spans == true


def layouts(text, strings, start=0):
    """All ways to lay strings out, one by one: slow and plain."""
    if not strings:
        return [[]]
    starts, ends = ({getattr(word, side) for word in words(text)} for side in ("start", "end"))
    first, *others = strings
    return [
        [(at, at + len(first)), *rest]
        for at in range(start, len(text))
        if text.startswith(first, at) and at in starts and at + len(first) in ends
        for rest in layouts(text, others, at + len(first))
    ]


@given(st.lists(st.sampled_from(["so", "So", "x", ".", "soso", "\n"]), max_size=10), st.data())
def test_layouts_are_those_of_a_search_through_all(tokens, data):
    text = " ".join(tokens)
    strings = data.draw(st.lists(st.sampled_from(["so", "So", "x", ".", "so x"]), max_size=4))
    every = layouts(text, strings)
    if not every:
        with pytest.raises((ParaphrasedSpanError, WrongOrderError)):
            locate(text, strings)
        return
    located = locate(text, strings)
    assert [(span.start, span.end) for span in located.spans] in every
    assert located.ambiguous == (len(every) > 1)


@given(st.text(max_size=40), st.lists(st.text(max_size=4), max_size=4))
def test_any_answer_is_laid_out_or_named(text, strings):
    assume(strings)
    try:
        located = locate(text, strings)
    except (ParaphrasedSpanError, WrongOrderError):
        return
    assert [text[span.start : span.end] for span in located.spans] == strings


def test_a_long_text_with_many_places_is_laid_out():
    located = locate("so x " * 2_000, ["so", "x"] * 10)
    assert located.ambiguous
    assert located.spans[0].start == 0


def test_the_shared_spans_are_found_where_they_are(shared_data):
    labels = read_labels(shared_data / "style-spans" / "train.jsonl")
    for label in labels:
        located = locate(label.text, [label.text[span.start : span.end] for span in label.spans])
        assert located.ambiguous or located.spans == label.spans
