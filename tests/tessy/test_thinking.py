import pytest

from tessy.thinking import answer_only, missing_opening, thinking_marks
from tessy.vocabulary import Vocabulary
from tests.tokenizers_for_tests import BUILT


def vocabulary(family: str) -> Vocabulary:
    return Vocabulary(BUILT[family]())


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("qwen3", "think-tags"),
        ("deepseek", "think-tags"),
        ("harmony", "harmony"),
        ("word_level", "think-tags"),
        ("llama2", "text"),
        ("gemma", "text"),
    ],
)
def test_family_is_recognised(name: str, family: str) -> None:
    assert thinking_marks(vocabulary(name)).family == family


@pytest.mark.parametrize(
    ("name", "opening", "closing"),
    [
        ("qwen3", "<think>\n", "\n</think>\n\n"),
        ("deepseek", "<think>\n", "\n</think>\n\n"),
        ("harmony", "<|channel|>analysis<|message|>", "<|end|><|start|>assistant<|channel|>final<|message|>"),
        ("gemma", "<think>\n", "\n</think>\n\n"),
    ],
)
def test_marks_are_the_tokenizers_own(name: str, opening: str, closing: str) -> None:
    marks = thinking_marks(vocabulary(name))
    tokenizer = BUILT[name]()
    assert list(marks.opening) == tokenizer(opening, add_special_tokens=False).input_ids
    assert list(marks.closing) == tokenizer(closing, add_special_tokens=False).input_ids


def test_ends_of_think_tags() -> None:
    qwen = vocabulary("qwen3")
    marks = thinking_marks(qwen)
    named = {mark for mark, identifier in qwen.marks.items() if identifier in marks.end_ids}
    assert named == {"</think>", "<|im_end|>", "<|im_start|>", "<|endoftext|>"}
    assert marks.end_ids - marks.answer_end_ids == {qwen.control("</think>")}
    assert marks.end_text == "</think>"


def test_ends_of_harmony() -> None:
    gpt_oss = vocabulary("harmony")
    marks = thinking_marks(gpt_oss)
    for mark in ("<|end|>", "<|channel|>", "<|start|>", "<|return|>", "<|call|>"):
        assert gpt_oss.control(mark) in marks.end_ids
        assert gpt_oss.control(mark) in marks.answer_end_ids
    assert gpt_oss.control("<|message|>") not in marks.end_ids


def test_ends_of_text() -> None:
    gemma = vocabulary("gemma")
    marks = thinking_marks(gemma)
    assert marks.end_text == "</think>"
    assert {gemma.control("<eos>"), gemma.control("<end_of_turn>")} <= marks.end_ids


@pytest.mark.parametrize(
    ("family", "rendered", "missing"),
    [
        ("think-tags", "assistant\n", "<think>\n"),
        ("think-tags", "assistant\n<think>", "\n"),
        ("think-tags", "assistant\n<think>\n", ""),
        ("text", "assistant\n<think>\n", ""),
        ("harmony", "<|start|>assistant", "<|channel|>analysis<|message|>"),
        ("harmony", "<|start|>assistant<|channel|>", "analysis<|message|>"),
        ("harmony", "<|start|>assistant<|channel|>analysis<|message|>", ""),
    ],
)
def test_only_what_is_missing_is_opened(family: str, rendered: str, missing: str) -> None:
    assert missing_opening(family, rendered) == missing


def test_earlier_thinking_is_left_out() -> None:
    assert answer_only("<think>\nHmm.\n</think>\n\nIt is 3.") == "It is 3."
    assert answer_only("a </think> b </think>c") == "c"
    assert answer_only("It is 3.") == "It is 3."
