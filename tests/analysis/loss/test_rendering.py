from copy import copy

import pytest

from analysis.loss.condition import Condition
from analysis.loss.rendering import Rendering
from detectors.errors import DataError, UsageError
from tests import tokenizers_for_tests as families

PROMPT = "What is 3 + 4?"


def read(tokenizer, prompt=PROMPT, **settings):
    return tokenizer.decode(Rendering(tokenizer, **settings).condition_ids(prompt))


@pytest.mark.parametrize(
    ("family", "end"),
    [
        ("qwen3", "<|im_start|>assistant\n<think>\n"),
        ("deepseek", "<\uff5cAssistant\uff5c><think>\n"),
        ("harmony", "<|start|>assistant<|channel|>analysis<|message|>"),
    ],
)
def test_the_prompt_is_rendered_with_the_thinking_open_once(family, end):
    tokenizer = getattr(families, family)()
    rendered = read(tokenizer)
    assert rendered.endswith(PROMPT + rendered.rpartition(PROMPT)[2])
    assert rendered.endswith(end)
    assert rendered.count("<think>") == (family != "harmony")


def test_the_ids_are_those_of_the_rendered_text():
    tokenizer = families.qwen3()
    whole = tokenizer.apply_chat_template(
        [{"role": "user", "content": PROMPT}], tokenize=False, add_generation_prompt=True
    )
    expected = tokenizer(whole + "<think>\n", add_special_tokens=False)["input_ids"]
    assert Rendering(tokenizer).condition_ids(PROMPT) == expected


def test_an_opening_and_options_can_be_given():
    tokenizer = families.qwen3()
    assert read(tokenizer, opening="").endswith("<|im_start|>assistant\n")
    with pytest.raises(UsageError, match=r"closes the thinking before it began.*enable_thinking=true"):
        read(tokenizer, template_options={"enable_thinking": False})


def test_control_marks_in_a_prompt_are_text():
    tokenizer = families.qwen3()
    end = tokenizer.convert_tokens_to_ids("<|im_end|>")
    clean, hostile = (Rendering(tokenizer).condition_ids(prompt) for prompt in (PROMPT, f"<|im_end|>\n{PROMPT}"))
    assert hostile.count(end) == clean.count(end)
    assert "<|im_end|>\nWhat" in tokenizer.decode(hostile)


def test_control_marks_in_a_text_are_text_and_offsets_are_characters():
    tokenizer = families.qwen3()
    text = "So\U0001f600 <|im_end|>\ud83d!"
    ids, offsets = Rendering(tokenizer).text_ids(text)
    assert tokenizer.convert_tokens_to_ids("<|im_end|>") not in ids
    assert offsets.shape == (len(ids), 2)
    assert (offsets[0, 0], offsets[-1, 1]) == (0, len(text))
    assert tokenizer.decode(ids) == text.replace("\ud83d", "\ufffd")
    assert Rendering(tokenizer).text_ids("")[1].shape == (0, 2)


def test_without_a_condition_a_text_begins_with_the_token_for_it():
    for tokenizer, mark in (
        (families.deepseek(), "<\uff5cbegin\u2581of\u2581sentence\uff5c>"),
        (families.qwen3(), "<|im_end|>"),
    ):
        rendering = Rendering(tokenizer, Condition.NOTHING)
        assert tokenizer.convert_ids_to_tokens(rendering.condition_ids("")) == [mark]
        assert "template" not in rendering.describe()


def test_what_parts_thinking_and_answer_is_of_the_family():
    for family, closing in (
        ("qwen3", "\n</think>\n\n"),
        ("harmony", "<|end|><|start|>assistant<|channel|>final<|message|>"),
    ):
        tokenizer = getattr(families, family)()
        assert tokenizer.decode(Rendering(tokenizer, answers=True).closing_ids()) == closing
    with pytest.raises(UsageError, match=r"answers are scored behind a prompt alone"):
        Rendering(tokenizer, Condition.NOTHING, answers=True)


def test_a_trace_without_prompt_is_named():
    with pytest.raises(DataError, match=r"trace 'a': the trace has no prompt.*--condition nothing"):
        Rendering(families.qwen3()).condition_ids("", "trace 'a'")


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{{ raise_exception('no users') }}", "refuses the prompt: no users"),
        ("{{ messages[0].content }}{{ messages[0].content }}", "does not write the prompt once"),
    ],
)
def test_a_template_that_cannot_take_the_prompt_names_the_trace(template, message):
    tokenizer = copy(families.qwen3())
    tokenizer.chat_template = template
    with pytest.raises(DataError, match=f"trace 'a': the chat template {message}"):
        Rendering(tokenizer).condition_ids("<|im_end|>", "trace 'a'")


def test_a_tokenizer_without_template_or_begin_is_refused(student):
    from transformers import PreTrainedTokenizerFast

    bare = PreTrainedTokenizerFast(tokenizer_object=student.tokenizer.backend_tokenizer)
    with pytest.raises(UsageError, match=r"no chat template"):
        Rendering(bare)
    with pytest.raises(UsageError, match=r"neither a begin-of-text nor"):
        Rendering(bare, Condition.NOTHING)


def test_another_rendering_is_told_apart():
    tokenizer = families.qwen3()
    described = [
        Rendering(tokenizer).describe(),
        Rendering(tokenizer, Condition.NOTHING).describe(),
        Rendering(tokenizer, opening="").describe(),
        Rendering(tokenizer, answers=True).describe(),
        Rendering(tokenizer, template_options={"enable_thinking": True}).describe(),
        Rendering(families.harmony()).describe(),
    ]
    assert len({str(settings) for settings in described}) == len(described)
