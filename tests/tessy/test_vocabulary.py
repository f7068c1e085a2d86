import unicodedata
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from detectors.errors import UsageError
from tessy.vocabulary import Vocabulary, last_words
from tests.tokenizers_for_tests import BUILT, COMPLETE, shipped

MARKS = (
    "<|im_end|>", "</think>", "<think>", "<|channel|>", "<|start|>", "<|return|>", "<｜User｜>", "<eos>", "</s>",
    "<｜end▁of▁sentence｜>", "<tool_call>", "<end_of_turn>", "<|im_<|im_end|>end|>", "<0x0A>",
)  # fmt: skip
WORDS = (
    " the answer", "Wait, ", "let's", "\n", "\n\n", " ", "   ", "\t\t", "\r\n", "首先，", "检查", "😀",
    "\U0001f469\u200d\U0001f467", "e\u0301", "\u0301", "▁", "▁▁", "42", "1,234", "    return x\n", "<table>", ".",
    ")", "naïve", "\u00a0", "ﬁ", "\ufffd",
)  # fmt: skip
texts = st.lists(st.one_of(st.sampled_from(MARKS), st.sampled_from(WORDS), st.text(max_size=6)), max_size=12).map(
    "".join
)
long_texts = st.lists(st.sampled_from(WORDS), min_size=20, max_size=80).map("".join)
# SmolLM2's vocabulary has no token for these bytes, and its tokenizer drops them.
SMOLLM2_LACKS = {0x04, 0x06, 0x13, 0x14, 0x16, 0x1D, 0xC0, 0xC1, 0xF1, 0xF2, *range(0xF5, 0x100)}
quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@cache
def built(family: str) -> Vocabulary:
    return Vocabulary(BUILT[family]())


@pytest.fixture(scope="module", params=["smollm2", pytest.param("gemma3", marks=pytest.mark.slow)])
def real(request: pytest.FixtureRequest) -> Vocabulary:
    tokenizer = shipped(request.param, request.config.cache.mkdir("tokenizers"))
    if tokenizer is None:
        pytest.skip(f"the package with {request.param} is not installed")
    return Vocabulary(tokenizer)


def normal(family: str, text: str) -> str:
    """Return the text as the family's normalizer leaves it."""
    if family == "qwen3":
        return unicodedata.normalize("NFC", text)
    return text.replace("▁", " ") if family in ("gemma", "llama2") else text


@pytest.mark.parametrize("family", COMPLETE)
@given(text=texts)
@quick
def test_text_comes_back(family: str, text: str) -> None:
    vocabulary = built(family)
    ids = vocabulary.encode(text)
    read, ends = vocabulary.texts([], ids)
    assert read == normal(family, text)
    assert len(ends) == len(ids)
    assert ends == sorted(ends)
    assert not ends or ends[-1] == len(read)


@pytest.mark.parametrize("family", BUILT)
@given(text=texts)
@quick
def test_no_text_becomes_a_control_token(family: str, text: str) -> None:
    vocabulary = built(family)
    unknown = {vocabulary.control("<unk>"), vocabulary.control("[UNK]")}
    steering = set(vocabulary.marks.values()) - unknown
    assert steering.isdisjoint(vocabulary.encode(text))
    assert steering.isdisjoint(vocabulary.continuation("Wait, ", text)[0])
    assert steering.isdisjoint(vocabulary.encode_whole(text))


@pytest.mark.parametrize("family", BUILT)
@given(before=long_texts, text=texts)
@quick
def test_a_continuation_that_says_so_is_the_tokenizers_own(family: str, before: str, text: str) -> None:
    vocabulary = built(family)
    ids, exact = vocabulary.continuation(before, text)
    if exact:
        assert vocabulary.encode(before) + ids == vocabulary.encode(before + text)
    else:
        assert ids == vocabulary.encode(text)
        assert vocabulary.encode(before) + ids != vocabulary.encode(before + text)


@pytest.mark.parametrize("family", COMPLETE)
@given(before=long_texts)
@quick
def test_no_token_reaches_into_the_last_words(family: str, before: str) -> None:
    tail = last_words(before)
    head = before.removesuffix(tail)
    encode = built(family).encode
    assert encode(head) + encode(tail) == encode(before)
    assert len(tail) >= 1


@pytest.mark.parametrize("family", COMPLETE)
@pytest.mark.parametrize(("before", "text"), [("the sum", " of x"), ("sum.\n", "So"), ("sum", "."), ("是", "。\n")])
def test_words_have_bounds(family: str, before: str, text: str) -> None:
    assert built(family).continuation(before, text)[1]


@pytest.mark.parametrize("family", BUILT)
@given(text=texts, cuts=st.lists(st.integers(0, 60), max_size=6))
@quick
def test_stretches_join_without_loss(family: str, text: str, cuts: list[int]) -> None:
    vocabulary = built(family)
    ids = vocabulary.encode(text)
    whole = vocabulary.texts([], ids)[0]
    bounds = sorted({0, len(ids), *(min(cut, len(ids)) for cut in cuts)})
    parts = [vocabulary.texts(ids[:start], ids[start:end])[0] for start, end in pairwise(bounds)]
    assert "".join(parts) == whole


@given(ids=st.lists(st.integers(0, 712), max_size=30), cut=st.integers(0, 30))
@quick
def test_any_ids_can_be_read(ids: list[int], cut: int) -> None:
    vocabulary = built("qwen3")
    whole, ends = vocabulary.texts([], ids)
    assert vocabulary.texts([], ids[:cut])[0] + vocabulary.texts(ids[:cut], ids[cut:])[0] == whole
    assert ends == sorted(ends)


def test_an_unfinished_character_waits() -> None:
    vocabulary = built("qwen3")
    ids = vocabulary.encode("x🜁y")
    assert len(ids) > 3
    text, ends = vocabulary.texts([], ids[:-2])
    assert (text, ends[0], ends[-1]) == ("x", 1, 1)
    assert vocabulary.texts(ids[:-2], ids[-2:])[0] == "🜁y"


def test_control_tokens_are_read_as_nothing() -> None:
    vocabulary = built("qwen3")
    close = vocabulary.control("</think>")
    assert close is not None
    first, second = vocabulary.encode("a"), vocabulary.encode(" b")
    assert vocabulary.texts([], [*first, close, *second])[0] == "a b"
    assert built("word_level").texts([], [3, 8])[0] == "Okay,"


def test_control_names_only_control_tokens() -> None:
    assert built("deepseek").control("<|im_end|>") is None
    assert built("gemma").control("<table>") is None
    assert built("gemma").control("\n\n") is None
    assert built("gemma").control("<end_of_turn>") is not None
    assert built("word_level").control("</think>") == 3
    assert built("unigram").control("</think>") == 2


def test_text_tokens_keep_their_ids() -> None:
    tokenizer = BUILT["gemma"]()
    vocabulary = built("gemma")
    assert vocabulary.encode("a\n\n<table>") == tokenizer("a\n\n<table>", add_special_tokens=False).input_ids


@pytest.mark.parametrize("family", BUILT)
def test_a_whole_text_is_encoded_as_the_tokenizer_does(family: str) -> None:
    text = "Okay, let's see. The answer is 93.\n\n  首先，😀"
    assert built(family).encode_whole(text) == BUILT[family]()(text, add_special_tokens=False).input_ids


def test_no_blank_is_put_before_text_in_the_middle() -> None:
    vocabulary = built("llama2")
    ids, exact = vocabulary.continuation("answer:\n", "So the sum")
    assert exact
    assert vocabulary.texts(vocabulary.encode("answer:\n"), ids)[0] == "So the sum"
    assert vocabulary.encode_whole("So")[0] != vocabulary.encode("So")[0]


def test_fingerprint_tells_tokenizers_apart() -> None:
    assert len({built(family).fingerprint for family in BUILT}) == len(BUILT)
    assert built("qwen3").fingerprint == Vocabulary(BUILT["qwen3"]()).fingerprint


def test_end_of_sequence() -> None:
    assert built("qwen3").eos_ids == {built("qwen3").control("<|im_end|>")}


def test_load_reads_a_folder(tmp_path: Path) -> None:
    BUILT["qwen3"]().save_pretrained(tmp_path / "model")
    assert Vocabulary.load(str(tmp_path / "model")).encode("sum") == built("qwen3").encode("sum")


def test_load_says_what_is_wrong(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no model folder"):
        Vocabulary.load(str(tmp_path / "nothing"))
    with pytest.raises(UsageError, match="cannot load the tokenizer of"):
        Vocabulary.load(str(tmp_path))
    BUILT["qwen3"]().save_pretrained(tmp_path)
    (tmp_path / "tokenizer.json").write_text('{"version": "1.0", "model": {}}', encoding="utf-8")
    with pytest.raises(UsageError, match="cannot load the tokenizer of"):
        Vocabulary.load(str(tmp_path))


def test_slow_tokenizers_are_refused() -> None:
    class Slow:
        is_fast = False
        name_or_path = "some-model"

    with pytest.raises(UsageError, match="some-model"):
        Vocabulary(Slow())


def test_real_tokenizers(real: Vocabulary) -> None:
    pieces = real.control("<start_of_turn>") is not None

    @given(before=long_texts, text=texts)
    @settings(max_examples=100, deadline=None)
    def holds(before: str, text: str) -> None:
        ids = real.encode(text)
        assert set(real.marks.values()).isdisjoint(ids)
        joined, exact = real.continuation(before, text)
        assert (real.encode(before) + joined == real.encode(before + text)) == exact
        if pieces or SMOLLM2_LACKS.isdisjoint(text.encode()):
            assert real.texts([], ids)[0] == (text.replace("▁", " ") if pieces else text)

    holds()
