from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.loss.condition import Condition
from analysis.loss.rendering import Rendering
from analysis.loss.token_kinds import characters_of_tokens, style_tokens
from detectors.spans import Span
from tests import tokenizers_for_tests as families


def kinds(text, tokens, *spans):
    return style_tokens(text, np.array(tokens), [Span(*span) for span in spans]).tolist()


def test_a_token_is_style_when_its_characters_lie_in_a_span():
    text = "Okay, so 3"
    assert kinds(text, [(0, 4), (4, 5), (5, 8), (8, 10)], (0, 5), (6, 8)) == [True, True, True, False]


def test_the_blank_before_a_word_does_not_decide():
    assert kinds("3 so", [(0, 1), (1, 4)], (2, 4)) == [False, True]
    assert kinds("so 3", [(0, 2), (2, 4)], (0, 2)) == [True, False]


@pytest.mark.parametrize(("inside", "style"), [(1, False), (2, False), (3, True), (4, True)])
def test_a_token_across_a_border_is_what_most_of_it_is_and_capability_at_a_tie(inside, style):
    assert kinds("abcd", [(0, 4)], (0, inside)) == [style]


def test_blanks_alone_are_style_inside_a_span_and_not_between_two():
    text = "let me. \n\nWait"
    assert kinds(text, [(0, 3), (3, 4), (4, 7), (7, 10), (10, 14)], (0, 7), (10, 14)) == [True, True, True, False, True]


def test_the_bytes_of_a_character_are_what_it_is():
    assert kinds("\U0001f600a", [(0, 1), (0, 1), (1, 1), (1, 2)], (0, 1)) == [True, True, False, False]


@pytest.mark.parametrize("family", sorted(families.BUILT))
def test_whatever_the_tokenizer_its_tokens_share_the_characters_and_a_span_of_all_makes_all_style(family):
    tokenizer = families.BUILT[family]()
    for text in (*families.TEXTS, " So ", "\U0001f469\u200d\U0001f52c e\u0301 \ufb01 \u1e9b\u0323", "\n"):
        _, offsets = Rendering(tokenizer, Condition.NOTHING).text_ids(text)
        if len(offsets):
            assert characters_of_tokens(offsets, len(text)).sum() == len(text)
            assert style_tokens(text, offsets, [Span(0, len(text))]).all()
            assert not style_tokens(text, offsets, []).any()


def test_no_text_has_no_tokens():
    assert style_tokens("", np.zeros((0, 2), dtype=np.int64), []).tolist() == []
    assert characters_of_tokens(np.zeros((0, 2), dtype=np.int64), 3).tolist() == []


def test_characters_that_no_token_covers_go_to_the_next_and_those_at_the_end_to_the_last():
    assert characters_of_tokens(np.array([(1, 2), (4, 6), (5, 6)]), 9).tolist() == [2, 4, 3]


@given(st.text("ab \n\u00e9", max_size=30), st.data())
def test_tokens_share_the_characters_and_complementary_spans_part_them(text, data):
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=8)) | {0, len(text)})
    tokens = np.array([*pairwise(cuts)], dtype=np.int64).reshape(-1, 2)
    assert characters_of_tokens(tokens, len(text)).tolist() == (tokens[:, 1] - tokens[:, 0]).tolist()
    marked = [data.draw(st.booleans()) for _ in range(len(tokens))]
    spans = [Span(*token) for token, style in zip(tokens.tolist(), marked, strict=True) if style]
    assert style_tokens(text, tokens, spans).tolist() == marked
