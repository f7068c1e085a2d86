import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from detectors.reading import REACH, CodeSequence, read
from detectors.spans import words


def reading(text, familiar=frozenset()):
    return read(text, words(text), familiar)


@given(st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=40), st.data())
def test_equal_stretches_have_equal_hashes_wherever_they_stand(codes, data):
    length = data.draw(st.integers(1, len(codes)))
    first = CodeSequence(np.array(codes + codes, dtype=np.uint64))
    start = np.array([0, len(codes)])
    one, two = first.stretch(start, start + length)
    assert one == two


def test_lines_clauses_and_sentences_begin_where_they_do():
    found = reading("a , b . c\nd e")
    assert found.line.tolist() == [0, 0, 0, 0, 0, 5, 5]
    assert found.clause.tolist() == [0, 0, 2, 2, 4, 5, 5]
    assert found.sentence.tolist() == [0, 0, 0, 0, 4, 5, 5]
    assert found.line_stop.tolist() == [5, 5, 5, 5, 5, 7, 7]


def test_empty_lines_and_foreign_words_are_told():
    found = reading("Let x\n\nme 3 .", frozenset({"let", "me"}))
    assert found.blank.tolist() == [False, False, True, False, False]
    assert found.foreign.tolist() == [False, True, False, True, False]
    assert found.count(found.foreign, found.line).tolist() == [0, 1, 0, 1, 1]


def test_nothing_is_looked_for_further_back_than_the_reach():
    found = reading("x " * (REACH + 9))
    assert (found.index - found.line).max() == REACH
