import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from transformers import AutoTokenizer, PreTrainedTokenizerFast

from detectors.spans import words
from tessy.miniature import student_path, teacher_path

STUDENT = AutoTokenizer.from_pretrained(student_path())
TEACHER = AutoTokenizer.from_pretrained(teacher_path())
TEXT = "Okay, let's see. First, 3 + 4 = 2; thus 2 * 2 = 4. Wait, is that right? Alright. Done! Final: a b d!"
both = pytest.mark.parametrize("tokenizer", [STUDENT, TEACHER], ids=["student", "teacher"])


def encode(tokenizer: PreTrainedTokenizerFast, text: str) -> list[int]:
    return list(tokenizer.encode(text, add_special_tokens=False))


@both
@given(st.text() | st.text(alphabet="▁\ue000\ue001\ue002 a3.\n\r\t<0xE>"))
def test_any_text_comes_back_exactly(tokenizer: PreTrainedTokenizerFast, text: str) -> None:
    assert tokenizer.decode(encode(tokenizer, text)) == text


@both
@given(st.data())
def test_a_text_cut_at_word_bounds_is_encoded_the_same(tokenizer: PreTrainedTokenizerFast, data: st.DataObject) -> None:
    ends = [word.end for word in words(TEXT)]
    cuts = sorted(data.draw(st.sets(st.sampled_from(ends))) | {0, len(TEXT)})
    pieces = [TEXT[start:end] for start, end in itertools.pairwise(cuts)]
    assert [token for piece in pieces for token in encode(tokenizer, piece)] == encode(tokenizer, TEXT)


@both
def test_frequent_words_and_numbers_are_single_tokens_that_start_with_their_blank(
    tokenizer: PreTrainedTokenizerFast,
) -> None:
    for piece in (" 3", " +", " =", "3", "a", "."):
        assert len(encode(tokenizer, piece)) == 1, piece
    assert len(encode(tokenizer, "\n</think>\n\n")) == 3


@both
def test_control_tokens_are_single(tokenizer: PreTrainedTokenizerFast) -> None:
    for mark in ("<think>", "</think>", tokenizer.eos_token, tokenizer.pad_token):
        assert len(encode(tokenizer, mark)) == 1, mark
    assert tokenizer.eos_token_id != tokenizer.pad_token_id


def test_the_vocabularies_differ() -> None:
    shared = set(STUDENT.get_vocab().items()) & set(TEACHER.get_vocab().items())
    assert len(shared) < 0.05 * min(len(STUDENT), len(TEACHER))
    assert STUDENT.tokenize(TEXT) != TEACHER.tokenize(TEXT)
    assert min(len(STUDENT), len(TEACHER)) >= 400
    assert max(len(STUDENT), len(TEACHER)) <= 600


def test_the_chat_templates_differ_and_keep_past_thinking() -> None:
    chat = [
        {"role": "user", "content": "run 1 + 1"},
        {"role": "assistant", "content": "2", "reasoning_content": "1 + 1 = 2"},
        {"role": "user", "content": "sort b a"},
    ]
    rendered = [
        tokenizer.apply_chat_template(chat, tokenize=False, add_generation_prompt=True)
        for tokenizer in (STUDENT, TEACHER)
    ]
    assert rendered[0] == (
        "<|im_start|>user\nrun 1 + 1<|im_end|>\n<|im_start|>assistant\n<think>\n1 + 1 = 2\n</think>\n\n2<|im_end|>\n"
        "<|im_start|>user\nsort b a<|im_end|>\n<|im_start|>assistant\n"
    )
    assert rendered[1] == (
        "<|start|>user<|message|>run 1 + 1<|end|><|start|>assistant<|message|><think>\n1 + 1 = 2\n</think>\n\n2<|end|>"
        "<|start|>user<|message|>sort b a<|end|><|start|>assistant<|message|>"
    )
