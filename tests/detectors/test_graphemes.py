"""Word bounds and graphemes, judged by the `regex` package's reading of Unicode Annex 29."""

import random
import re
import sys
from itertools import pairwise

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from detectors.graphemes import _OTHER, may_be_parted, stretches, widen
from detectors.spans import words
from tests.support.texts import grapheme_edges

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
EVERY = [chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code < 0xE000]

JOINING = regex.compile(
    r"[\p{GCB=Extend}\p{GCB=ZWJ}\p{GCB=SpacingMark}\p{GCB=Prepend}\p{GCB=Regional_Indicator}\p{GCB=L}\p{GCB=V}\p{GCB=T}]"
)


def test_every_character_that_can_join_others_is_known_to():
    assert [hex(ord(character)) for character in JOINING.findall("".join(EVERY)) if not _OTHER.match(character)] == []


def test_plain_text_is_not_suspected():
    assert not may_be_parted("Let’s see – 3 × 4 ≤ 12, π² → α… 我们看 하다 👍 “x”\r\n")
    assert may_be_parted("cafe\u0301")


@pytest.mark.parametrize("pattern", ["a{}b", "{0}{0}", ". {}a", "a {}", "你{}好", "\u1100{}\u1161", "😀{}😀", "{} x"])
def test_no_word_ends_inside_a_grapheme_whatever_the_character(pattern):
    # Lines keep the examples apart: a grapheme never spans a line feed.
    text = "\n".join(pattern.format(character) for character in [*JOINING.findall("".join(EVERY)), *EVERY[::97]])
    edges = grapheme_edges(text)
    parts = words(text)
    assert [part for part in parts if part.start not in edges or part.end not in edges][:9] == []
    assert all(part.text == text[part.start : part.end] for part in parts)


@given(texts)
def test_all_that_is_left_out_is_white_space_and_marks_on_it(text):
    kept = {index for part in words(text) for index in range(part.start, part.end)}
    for grapheme in regex.finditer(r"\X", text):
        inside = {index in kept for index in range(*grapheme.span())}
        assert inside == {not re.search(r"\s", grapheme.group())}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("e\u0301x", ["e\u0301x"]),
        ("a \u0301b", ["a", "b"]),
        ("a \uff9eb", ["a", "b"]),
        ("a\u0600 b", ["a", "b"]),
        ("\u0600a.", ["\u0600a", "."]),
        ("می\u200cشود", ["می\u200cشود"]),
        ("นำ", ["นำ"]),
        ("🇩🇪🇫 ", ["🇩🇪", "🇫"]),
    ],
)
def test_words_are_whole_graphemes(text, expected):
    assert [part.text for part in words(text)] == expected


def test_nothing_to_widen():
    assert widen("", [], 0, 0).suspects == []


@given(st.lists(st.sampled_from(["e\u0301", "\n", "x" * 9_999, "a b", "\u0301"]), max_size=12).map("".join))
def test_stretches_cover_the_text_and_are_cut_between_lines(text):
    found = stretches(text)
    assert [(start, end) for start, end, _ in found] == list(pairwise([0, *(end for _, end, _ in found)]))
    assert found[-1][1] == len(text)
    assert all(text[end : end + 1] in {"", "\n"} for _, end, _ in found[:-1] if end)
    assert not any(may_be_parted(text[start:end]) for start, end, plain in found if plain)
    assert [word.text for word in words(text)] == [word.text for line in text.split("\n") for word in words(line)]


def test_long_runs_of_marks_stay_one_word():
    text = "e" + "\u0301" * 100_000 + " " + "".join(random.Random(3).choices("\u0301\u200d\u0600", k=1000))
    assert words(text)[0].end == 100_001
    assert len(words("🇩🇪" * 100_000)) == 100_000
