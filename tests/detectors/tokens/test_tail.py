import pytest

from detectors.spans import words
from detectors.tokens.tail import Tail, begun_at_end, open_from, shorten


@pytest.mark.parametrize(
    ("text", "open_words"),
    [
        ("", 0),
        ("so", 1),
        ("so ", 0),
        ("so.", 0),
        ("let'", 2),
        ("let's", 1),
        ("'", 0),
        ("x_", 1),
        ("(a", 1),
        ("a) '", 0),
    ],
)
def test_what_letters_may_go_on_with(text, open_words):
    parts = words(text)
    assert len(parts) - open_from(parts, text) == open_words


@pytest.mark.parametrize(
    ("gap", "short"), [("", ""), ("  ", " "), (" \n", "\n"), ("\n\n\n", "\n\n"), ("\n  \n\t", "\n\n\t"), ("\r\n", "\n")]
)
def test_gaps_are_shortened_to_what_decides(gap, short):
    assert shorten(gap) == short
    assert shorten(short) == short


def test_tokens_of_characters_in_several_tokens():
    tail = Tail().followed_by("a", b"").followed_by("", b"\xe2").followed_by("", b"\xe2\x80").followed_by("—", b"")
    assert tail.starts == (0, 1, 2, 2)
    assert [tail.token_of(0), tail.token_of(1), tail.token_of(2)] == [0, 1, 4]


def test_blank_tokens_go_with_the_word_after_them():
    tail = Tail().followed_by("a", b"").followed_by(" ", b"").followed_by(" ", b"").followed_by("b", b"")
    assert tail.token_of(3) == 1
    tail = Tail().followed_by("a\n ", b"").followed_by("b", b"")
    assert tail.token_of(3) == 1


def test_tokens_are_counted_from_the_end_but_the_first():
    tail = Tail().followed_by("a", b"").followed_by("b", b"")
    assert [tail.ago(0, added=True), tail.ago(1, added=True), tail.ago(2, added=True)] == [-1, 1, 0]
    assert Tail().followed_by("a", b"").ago(0, added=True) == 1


@pytest.mark.parametrize(
    ("text", "begun"), [("", 0), ("so", 0), ("so<", 1), ("so</a", 0), ("</th", 4), ("<</think", 7), ("so </think>", 0)]
)
def test_how_much_of_a_mark_may_have_begun(text, begun):
    assert begun_at_end(text, "</think>") == begun
