import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.encoding import encode, load_tokenizer, settled_characters, windows
from detectors.errors import UsageError
from detectors.spans import words
from tessy.miniature import student_path

PIECES = st.sampled_from(
    ["So", ",", "wait", "2", "+", ")", "),", "\n", "\n\n", "don't", "é", "e\u0301", "名", "🙂", "😀\u200d", " "]
)
TEXT = st.one_of(
    st.lists(PIECES, max_size=30).map("".join), st.lists(PIECES, max_size=20).map(" ".join), st.text(max_size=40)
)


@pytest.fixture(scope="module")
def tokenizer():
    return load_tokenizer(str(student_path()))


@given(text=TEXT.filter(lambda text: not any("\ud800" <= c <= "\udfff" for c in text)))
def test_every_word_has_the_tokens_that_share_its_characters(tokenizer, text):
    encoding = encode(tokenizer, text)
    assert encoding.parts == words(text)
    offsets = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)["offset_mapping"]
    for part, (first, end) in zip(encoding.parts, encoding.tokens_of, strict=True):
        assert 0 <= first < end <= len(encoding.token_ids)
        shared = [k for k, (a, b) in enumerate(offsets) if a < part.end and b > part.start]
        assert set(shared) <= set(range(first, end))


@given(st.integers(0, 500), st.integers(1, 40))
def test_windows_judge_every_token_once_and_never_change_when_the_text_goes_on(count, stride):
    found = windows(count, stride)
    judged = [token for window in found for token in range(window.first, window.end)]
    assert judged == list(range(count))
    assert all(window.end - window.start <= 2 * stride for window in found)
    assert all(window.first - window.start >= stride or window.start == 0 for window in found)
    longer = {
        token: window.start for window in windows(count + 77, stride) for token in range(window.first, window.end)
    }
    assert all(longer[token] == window.start for window in found for token in range(window.first, window.end))


@given(TEXT.map(lambda text: text.encode("utf-8", "ignore").decode()), TEXT, st.integers(0, 3))
def test_settled_tokens_are_the_same_when_the_text_goes_on(tokenizer, text, more, lookahead):
    more = more.encode("utf-8", "ignore").decode()
    encoding, longer = encode(tokenizer, text), encode(tokenizer, f"{text} {more}")
    settled = settled_characters(text, encoding, lookahead)
    assert 0 <= settled <= len(text)
    for k, part in enumerate(encoding.parts):
        if part.end <= settled:
            first, end = encoding.tokens_of[k]
            assert longer.tokens_of[k] == (first, end)
            assert longer.token_ids[: end + lookahead] == encoding.token_ids[: end + lookahead]


def test_what_is_settled_without_look_ahead_is_all_but_the_last_piece(tokenizer):
    text = "So wait for it"
    assert settled_characters(text, encode(tokenizer, text), 0) == len("So wait for")


def test_a_folder_without_a_tokenizer_is_refused(tmp_path):
    with pytest.raises(UsageError, match="no tokenizer"):
        load_tokenizer(str(tmp_path))
