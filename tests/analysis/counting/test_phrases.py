import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from analysis.counting.phrases import group
from analysis.counting.word_stream import keys_of

# Keys that differ in their low bits alone are brought together by another way.
keys = st.lists(st.integers(0, 3) | st.integers(2**64 - 4, 2**64 - 1), max_size=30)


@given(keys)
def test_equal_keys_come_together_in_order(numbers):
    array = np.array(numbers, dtype=np.uint64)
    found = group(array, np.arange(len(array)) * 2)
    assert found.keys.tolist() == sorted(set(numbers))
    for key, count, start in zip(found.keys, found.counts, found.starts, strict=True):
        places = [2 * place for place, number in enumerate(numbers) if number == key]
        assert found.positions[start : start + count].tolist() == places


def test_keys_of_words_are_the_same_everywhere():
    assert keys_of(["so", "\ud800"]).tolist() == [11591515492594413490, 7497787021708494914]
