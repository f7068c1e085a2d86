from hypothesis import given
from hypothesis import strategies as st

from detectors.lexicon import LexiconDetector
from detectors.spans import words
from tessy.boundary import decide

STYLE = LexiconDetector({"okay ,": 1.0, "wait ,": 1.0, "let me see .": 1.0, "hmm .": 1.0})


def student(draft, before="", **options):
    return decide(before, draft, STYLE, writes_style=True, **{"finished": True, **options})


def teacher(draft, before="", **options):
    return decide(before, draft, STYLE, writes_style=False, **{"finished": True, **options})


def test_student_stops_before_the_first_capability_word():
    decision = student("Okay, let me see. 3 + 4")
    assert decision.hand_over
    assert "Okay, let me see. 3 + 4"[: decision.keep] == "Okay, let me see."


def test_teacher_stops_before_the_first_style_word_and_leaves_the_blank_to_the_next():
    decision = teacher(" 3 + 4 = 7. Wait, no")
    assert (decision.hand_over, decision.keep) == (True, len(" 3 + 4 = 7."))


def test_line_breaks_before_the_cut_stay():
    decision = teacher("7.\n\nWait, no")
    assert decision.keep == len("7.\n\n")


def test_a_draft_of_its_own_kind_is_kept_whole():
    assert teacher(" 3 + 4") == decide("", " 3 + 4", STYLE, writes_style=False, finished=True)
    assert teacher(" 3 + 4").keep == len(" 3 + 4")
    assert not teacher(" 3 + 4").hand_over


def test_the_last_word_and_a_phrase_that_may_go_on_stay_undecided():
    draft = " 3 + 4 = 7 and eight more and the"
    decision = teacher(draft, finished=False)
    assert (decision.hand_over, decision.keep) == (False, len(" 3 + 4 = 7 and eight more and"))
    decision = teacher(" 3 + 4 let me se", finished=False)
    assert (decision.hand_over, decision.keep) == (False, len(" 3 + 4"))


def test_an_empty_keep_hands_over():
    assert student("3 + 4") == decide("", "3 + 4", STYLE, writes_style=True, finished=True)
    assert (student("3 + 4").keep, student("3 + 4").hand_over) == (0, True)


def test_first_word_is_own_keeps_one_word_whatever_it_is():
    decision = teacher("Hmm. Okay, 3", first_word_is_own=True)
    assert (decision.keep, decision.hand_over) == (len("Hmm"), True)


def test_what_stands_before_decides_too():
    assert teacher(" me see. 3", before="let").keep == 0
    assert teacher(" me see. 3", before="").keep == len(" me see. 3")


def test_a_possible_mark_at_the_end_waits():
    draft = "3 + 4 </thi"
    assert teacher(draft, finished=False, undecided=len("</thi")).keep <= len("3 + 4")


@given(st.text(max_size=80), st.text(max_size=80), st.booleans(), st.booleans(), st.booleans())
def test_decisions_stay_inside_the_draft_and_never_split_a_word(before, draft, style, finished, first):
    decision = decide(before, draft, STYLE, writes_style=style, finished=finished, first_word_is_own=first)
    assert 0 <= decision.keep <= len(draft)
    for word in words(draft):
        assert decision.keep <= word.start or decision.keep >= word.end
    if first and decision.hand_over:
        assert decision.keep >= words(draft)[0].end


@given(
    st.lists(st.sampled_from(["Okay,", "3", "Wait,", "+", "Hmm.", "4", "\n"]), max_size=12).map(" ".join), st.booleans()
)
def test_growing_a_draft_never_takes_back_what_was_kept(draft, style):
    whole = decide("", draft, STYLE, writes_style=style, finished=True)
    for end in range(len(draft)):
        part = decide("", draft[:end], STYLE, writes_style=style, finished=False)
        assert part.keep <= whole.keep
        if part.hand_over:
            assert part == whole
