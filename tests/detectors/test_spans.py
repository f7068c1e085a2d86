import unicodedata
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from detectors.spans import Span, clip, complement, from_words, merge, words

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=120)
spans = st.lists(
    st.tuples(st.integers(0, 60), st.integers(1, 20)).map(lambda pair: Span(pair[0], sum(pair))), max_size=8
)


@pytest.mark.parametrize(("start", "end"), [(3, 3), (5, 2), (-1, 4)])
def test_an_empty_or_reversed_span_is_refused(start, end):
    with pytest.raises(ValueError, match="not a span"):
        Span(start, end)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("So, let’s see.", ["So", ",", "let’s", "see", "."]),
        ("x_1=3.5", ["x_1", "=", "3", ".", "5"]),
        ("我们看 ok", ["我", "们", "看", "ok"]),
        ("cafe\u0301s e\u0301t", ["cafe\u0301s", "e\u0301t"]),
        ("हिन्दी", ["हिन्दी"]),
        ("ที่นี่", ["ที่", "นี่"]),
        ("👩‍👩‍👧 👍🏽 🇩🇪🇫🇷", ["👩‍👩‍👧", "👍🏽", "🇩🇪", "🇫🇷"]),
        (" \u0301a", ["a"]),
        ("", []),
    ],
)
def test_words(text, expected):
    assert [word.text for word in words(text)] == expected


@given(st.text(st.characters(max_codepoint=127), max_size=60))
def test_ascii_is_cut_as_any_other_text(text):
    assert words(text) == words(text + " é")[:-1]


@given(texts)
def test_words_are_in_order_disjoint_and_end_before_no_mark(text):
    position = 0
    for word in words(text):
        assert position <= word.start < word.end
        assert text[word.start : word.end] == word.text
        assert not any(character.isspace() for character in word.text)
        assert word.start == 0 or unicodedata.category(text[word.start])[0] != "M"
        assert word.end == len(text) or unicodedata.category(text[word.end])[0] != "M"
        position = word.end


@given(spans)
def test_merged_spans_are_in_order_apart_and_cover_the_same(found):
    merged = merge(found)
    assert all(left.end < right.start for left, right in pairwise(merged))
    assert _covered(merged) == _covered(found)


@given(spans, st.integers(0, 90))
def test_spans_and_their_complement_part_the_text(found, length):
    inside = clip(found, 0, length)
    gaps = complement(inside, length)
    assert _covered(gaps).isdisjoint(_covered(inside))
    assert _covered(gaps) | _covered(inside) == set(range(length))


@given(spans, st.integers(0, 50), st.integers(0, 50))
@example([Span(0, 2)], 1, 0)
def test_clip_keeps_what_lies_inside(found, start, size):
    assert _covered(clip(found, start, start + size)) == _covered(found) & set(range(start, start + size))


def test_line_breaks_and_sentence_ends_part_spans():
    text = "Hmm. Wait, no\nSo 3"
    found = from_words(text, words(text), [1, 1, 1, 1, 0.5, 1, 0], threshold=0.5)
    assert [text[span.start : span.end] for span in found] == ["Hmm.", "Wait, no", "So"]
    assert found[1].score == pytest.approx(2.5 / 3)


def _covered(found):
    return {position for span in found for position in range(span.start, span.end)}
