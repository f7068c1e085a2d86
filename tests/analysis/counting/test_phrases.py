from itertools import groupby

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from analysis.counting.phrases import keys_of_phrases, phrases, rising
from analysis.counting.word_cutter import keys_of
from analysis.counting.word_stream import LINE_START

# Words from 1 on; 0 starts a line.
streams = st.lists(st.integers(0, 3) | st.integers(0, 40), max_size=40).map(lambda words: [LINE_START, *words])


def places_of(words, length):
    """Say where each n-gram stands, by comparing all of them."""
    found = [(tuple(words[at : at + length]), at) for at in range(len(words) - length + 1)]
    kept = sorted(one for one in found if LINE_START not in one[0])
    return {phrase: [at for _, at in group] for phrase, group in groupby(kept, key=lambda one: one[0])}


@given(streams, st.integers(1, 5))
def test_equal_phrases_come_together_in_order(words, longest):
    array = np.array(words, dtype=np.int32)
    for length, found in enumerate(phrases(array, longest), start=1):
        wanted = places_of(words, length)
        assert [tuple(row) for row in found.words.tolist()] == list(wanted)
        assert found.counts.tolist() == [len(places) for places in wanted.values()]
        assert found.positions.tolist() == [place for places in wanted.values() for place in places]
    assert length == longest


@given(streams, st.lists(st.integers(0, 1), min_size=41, max_size=41))
def test_documents_are_the_texts_that_hold_a_phrase(words, new_texts):
    texts = np.cumsum(new_texts, dtype=np.int32)
    for length, found in enumerate(phrases(np.array(words, dtype=np.int32), 3), start=1):
        wanted = [len({int(texts[place]) for place in places}) for places in places_of(words, length).values()]
        assert found.documents(texts).tolist() == wanted


# Keys that differ in their low bits alone are sorted by another way.
@given(st.lists(st.integers(0, 3) | st.integers(2**64 - 4, 2**64 - 1), max_size=30))
def test_keys_are_put_in_order(numbers):
    order = rising(np.array(numbers, dtype=np.uint64)).tolist()
    assert order == sorted(range(len(numbers)), key=lambda place: (numbers[place], place))


def test_keys_are_the_same_everywhere():
    keys = keys_of(["so", "\ud800"])
    assert keys.tolist() == [11591515492594413490, 7497787021708494914]
    assert keys_of_phrases(np.array([[1], [0]]), keys).tolist() == keys.tolist()[::-1]
    longer = keys_of_phrases(np.array([[0, 1, 1], [1, 0, 1]]), keys)
    assert longer.tolist() == [
        10704724199587157215,
        5289795418756231711,
    ]
