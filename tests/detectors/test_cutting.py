from hypothesis import given
from hypothesis import strategies as st

from detectors.cutting import cut
from detectors.places import normalise
from detectors.spans import words
from tests.support.texts import random_texts

TEXT = st.text(st.sampled_from("aΣ'’.\n\r \x1c\u0301\u200d我👍🏽🇩🇪3_"), max_size=20)


def check(text):
    found = cut(text)
    assert "".join(found.pieces) == text
    assert len(found.pieces) == 2 * len(found.items) - 1
    assert [found.items[index] for index in found.word_items] == [normalise(word.text) for word in words(text)]
    assert [found.start(index) for index in found.word_items] == [word.start for word in words(text)]
    assert found.items.count("\n") == text.count("\n") + 1


@given(TEXT)
def test_items_are_the_words_and_line_feeds(text):
    check(text)


def test_items_of_texts_no_writer_would_write():
    for text in random_texts(600):
        check(text)
