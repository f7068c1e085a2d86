import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.evaluation.cut_error import find_cuts, wrong_author
from detectors.base import DetectorState
from detectors.spans import from_words, words
from tessy.boundary import decide


def flags(letters):
    """Words from letters: ``s`` is style."""
    return np.array([letter == "s" for letter in letters], dtype=np.bool_)


def test_cuts_by_hand():
    true, found = flags("sssccccsscc"), flags("ssccccssscc")
    cuts = find_cuts(true, found)
    assert cuts.style.tolist() == [True, False, True, False]
    assert (cuts.start.tolist(), cuts.end.tolist()) == ([0, 3, 7, 9], [3, 7, 9, 11])
    assert cuts.cut.tolist() == [2, 6, 9, 11]
    assert (cuts.early.tolist(), cuts.late.tolist()) == ([1, 1, 0, 0], [0, 0, 0, 0])


def test_late_cuts_leave_words_to_the_wrong_author_until_the_owner_is_back():
    true, found = flags("scccssc"), flags("ssssssc")
    cuts = find_cuts(true, found)
    assert cuts.cut.tolist() == [6, 1, 6, 7]  # the teacher, placed at word 1, stops at once
    assert cuts.late.tolist() == [5, 0, 0, 0]
    assert wrong_author(cuts, true).tolist() == [False, True, True, True, False, False, False]


def test_no_draft_goes_on_beyond_its_text():
    true, found = flags("ss" + "ss"), flags("ss" + "sc")
    cuts = find_cuts(true, found, [2, 2])
    assert (cuts.start.tolist(), cuts.cut.tolist()) == ([0, 2], [2, 3])
    assert len(find_cuts(flags(""), flags("")).cut) == 0
    assert find_cuts(flags("sc"), flags("sc"), [0, 1, 0, 1]).end.tolist() == [1, 2]
    with pytest.raises(ValueError, match="decisions"):
        find_cuts(flags("ss"), flags("ss"), [3])


WORDS = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=30)


@given(st.lists(WORDS, min_size=1, max_size=4))
def test_texts_in_a_row_are_cut_as_each_alone(texts):
    pairs = [np.array(text, dtype=np.bool_).T for text in texts]
    together = find_cuts(*np.concatenate(pairs, axis=1), [len(text) for text in texts])
    offsets = np.cumsum([0, *map(len, texts)])
    alone = [find_cuts(*pair) for pair in pairs]
    assert together.cut.tolist() == [
        int(cut) + offset for cuts, offset in zip(alone, offsets, strict=False) for cut in cuts.cut
    ]
    assert together.early.tolist() == [int(early) for cuts in alone for early in cuts.early]


class Oracle:
    """A detector whose decision on each word is given."""

    kind, context, lookahead, threshold = "oracle", 0, 0, 0.5

    def __init__(self, found):
        self.found = found

    def probabilities(self, text):
        return [float(style) for style in self.found]

    def spans(self, text):
        return from_words(text, words(text), self.probabilities(text), 0.5)

    def settled(self, text):
        return len(text)

    def state(self):
        return DetectorState({})


@given(WORDS)
def test_cuts_are_those_of_a_run(text):
    true, found = np.array(text, dtype=np.bool_).T
    written = " ".join(f"w{number}" for number in range(len(text)))
    parts = words(written)
    cuts = find_cuts(true, found)
    for style, start, cut in zip(cuts.style, cuts.start, cuts.cut, strict=True):
        before, draft = written[: parts[start].start], written[parts[start].start :]
        decision = decide(before, draft, Oracle(found), writes_style=bool(style), finished=True)
        assert len(words(draft[: decision.keep])) == cut - start


@given(WORDS)
def test_words_in_wrong_hands_are_those_the_writer_went_on_to(text):
    true, found = np.array(text, dtype=np.bool_).T
    cuts = find_cuts(true, found)
    expected = {
        index
        for style, end, cut in zip(cuts.style, cuts.end, cuts.cut, strict=True)
        for index in range(end, cut)
        if true[index] != style
    }
    assert set(np.flatnonzero(wrong_author(cuts, true)).tolist()) == expected
