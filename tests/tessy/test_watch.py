"""Boundaries in a draft while it is written, on crafted cases."""

import pytest

from detectors.lexicon import LexiconDetector
from tessy.miniature import student_path
from tessy.provenance import describe_detector
from tessy.vocabulary import Vocabulary
from tessy.watch import BoundaryFinder
from tests.detectors.conftest import logistic

STYLE = LexiconDetector(
    {"okay ,": 1.0, "wait ,": 1.0, "let's see .": 1.0, "alternatively": 1.0, "hmm .": 1.0}, causal=True
)


@pytest.fixture(scope="module")
def vocabulary(smollm2):
    return Vocabulary.load(str(smollm2))


@pytest.fixture(scope="module")
def finder(vocabulary):
    finder = BoundaryFinder.compile(STYLE, vocabulary)
    assert finder is not None
    return finder


@pytest.fixture
def judge(finder, vocabulary):
    """Push a text until its boundary; return what is kept, what was pushed beyond, and the watch."""

    def push(text, before="", *, style, own=False):
        tokens = vocabulary.encode(text)
        watch = finder.watch(before, writes_style=style, first_word_is_own=own)
        for token in tokens:
            if watch.push(token):
                break
        kept = watch.settled if watch.boundary is None else watch.boundary
        return vocabulary.texts([], tokens[:kept])[0], vocabulary.texts([], tokens[kept : watch.pushed])[0], watch

    return push


def test_the_student_stops_at_the_first_word_that_is_not_style(judge):
    kept, beyond, watch = judge("Okay, let's see. The sum", style=True)
    assert (kept, beyond) == ("Okay, let's see.", " The")
    assert watch.pushed - watch.boundary == 1


def test_the_teacher_stops_at_the_first_style_word(judge):
    kept, beyond, watch = judge(" the sum is 7. Wait, no", style=False)
    assert (kept, beyond) == (" the sum is 7.", " Wait")
    assert not watch.ended


def test_what_may_still_grow_into_style_waits_for_the_next_token(finder, vocabulary):
    tokens = vocabulary.encode("Hmm")
    assert len(tokens) > 1
    watch = finder.watch("", writes_style=True)
    assert not any(map(watch.push, tokens))
    assert watch.settled == 0
    watch = finder.watch("", writes_style=True)
    assert [watch.push(token) for token in (tokens[0], vocabulary.encode(" the")[0])] == [False, True]
    assert watch.boundary == 0


def test_what_can_grow_into_nothing_does_not_wait(judge):
    assert judge("Okay, alternatively", style=True)[1] == " alternatively"
    assert judge("Okay, solution", style=True)[:2] == ("Okay,", " solution")


def test_a_word_that_grows_out_of_its_kind_is_a_boundary_before_its_first_token(finder, vocabulary):
    watch = finder.watch("", writes_style=True)
    okay, less = vocabulary.encode("Okay"), vocabulary.encode("less")
    for token in okay:
        assert not watch.push(token)
    assert [watch.push(token) for token in less][-1]
    assert watch.boundary == 0


def test_line_feeds_stay_and_blanks_go_with_the_word(judge):
    assert judge("7.\n\nWait, no", style=False)[:2] == ("7.\n\n", "Wait")
    assert judge("7.  Wait, no", style=False)[0] == "7."


def test_nothing_is_decided_while_the_end_may_stand_there(judge, finder, vocabulary):
    watch = finder.watch("", writes_style=True)
    assert not any(map(watch.push, vocabulary.encode("Okay, <")))
    assert not watch.push(vocabulary.encode("/")[0])
    assert watch.push(vocabulary.encode(" x")[0])
    assert watch.boundary == len(vocabulary.encode("Okay,"))


def test_the_end_of_the_thinking_ends_it(judge):
    kept, _, watch = judge("the sum is 7.\n</think> So", style=False)
    assert watch.ended
    assert kept.startswith("the sum is 7.")
    assert "<" not in kept


def test_a_word_of_the_other_kind_before_the_end_of_the_thinking_goes_first(judge):
    kept, _, watch = judge("Okay, 7</think>", style=True)
    assert (kept, watch.ended) == ("Okay,", False)


def test_the_first_word_is_kept_when_it_has_to_be(judge):
    assert judge("Wait, 3", style=False, own=True)[0] == "Wait"
    assert judge("Wait, 3", style=False)[0] == ""


def test_what_stands_before_decides_too(judge):
    assert judge(" see. 3", before="Okay, let's", style=True)[0] == " see."
    assert judge(" see. 3", before="", style=True)[0] == ""


def test_what_is_open_is_judged_at_the_end(finder, vocabulary):
    watch = finder.watch("", writes_style=True)
    for token in vocabulary.encode("Okay, wait, altern"):
        watch.push(token)
    before = watch.boundary
    watch.finish()
    assert watch.boundary == (len(vocabulary.encode("Okay, wait,")) if before is None else before)
    watch = finder.watch("", writes_style=False)
    for token in vocabulary.encode("the sum"):
        watch.push(token)
    assert watch.settled == 1
    watch.finish()
    assert (watch.boundary, watch.settled) == (None, 2)


def test_pushes_after_the_boundary_change_nothing(judge, vocabulary):
    _, _, watch = judge("Okay, the", style=True)
    state = watch.pushed, watch.boundary
    assert all(map(watch.push, vocabulary.encode(" Okay, wait")))
    assert (watch.pushed, watch.boundary) == state


def test_what_is_compiled(vocabulary):
    assert BoundaryFinder.compile(LexiconDetector({"so": 1.0}), vocabulary) is None
    assert BoundaryFinder.compile(logistic(2), vocabulary) is None
    detector = logistic()
    finder = BoundaryFinder.compile(detector, vocabulary)
    assert finder is not None
    assert finder.fingerprint == describe_detector(detector)["sha256"]


def test_a_vocabulary_without_pieces_cannot_be_judged_by_tokens():
    class Unpieced:
        pieces = None
        encode = staticmethod(Vocabulary.load(str(student_path())).encode)

    assert BoundaryFinder.compile(STYLE, Unpieced()) is None
