import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.errors import DataError
from tessy.prompts import Prompt
from tessy.records import trace_row
from tessy.trace import Piece, Role, StopReason, Trace, assemble
from tessy.viewer.blocks import Mark
from tessy.viewer.trace_view import read_view
from tests.tessy.viewer.conftest import row

PIECES = st.lists(
    st.builds(Piece, st.sampled_from(Role), st.text("ab\n", min_size=1, max_size=8), st.just((1,))), max_size=12
)


def parts(blocks):
    return [part for block in blocks for part in block]


def kept(blocks):
    return "".join(part.text for part in parts(blocks) if part.mark is not Mark.THROWN)


@given(PIECES, PIECES, st.booleans())
def test_the_texts_of_any_trace_come_back_with_their_authors(thinking, answer, closed):
    answer = answer if closed else []
    text, segments = assemble(thinking, answer, closed=closed)
    trace = Trace(Prompt.from_text("2 + 2?", id="q"), text, segments, StopReason.FINISHED)
    view = read_view(trace_row(trace, {}), "x:1")
    assert kept(view.thinking).strip() == trace.thinking
    assert kept(view.answer) == trace.answer
    assert view.closed == closed
    shown = [part for part in parts([*view.thinking, *view.answer]) if part.text.strip()]
    authors = {place: segment.role for segment in segments for place in range(segment.start, segment.end)}
    position = len("<think>\n")
    for part in shown:
        position = text.index(part.text, position)
        assert {authors[place] for place in range(position, position + len(part.text))} == {part.role}
        position += len(part.text)


def test_a_hand_over_is_where_the_author_changes():
    view = read_view(row(), "x:1")
    assert [(part.role, part.text, part.mark) for part in parts(view.thinking)] == [
        ("student", "Okay,", Mark.KEPT),
        ("teacher", " 2 + 2 = 4.", Mark.BEGINS),
    ]
    # The student writes the closing mark too, but what the reader sees of that hand-over is the answer's beginning.
    assert [(part.role, part.text, part.mark) for part in parts(view.answer)] == [("student", "4", Mark.BEGINS)]


def test_one_author_of_the_closing_mark_and_the_answer_is_no_hand_over():
    text = "<think>\nSo.\n</think>\n\n4"
    messages = [{"role": "user", "content": "?"}, {"role": "assistant", "content": text}]
    view = read_view(row(messages=messages, segments=[["student", 0, 8], ["teacher", 8, len(text)]]), "x:1")
    assert [part.mark for part in parts(view.thinking)] == [Mark.BEGINS]
    assert [part.mark for part in parts(view.answer)] == [Mark.KEPT]


def test_thrown_drafts_stand_where_they_were_thrown_and_are_no_part_of_the_text():
    drafts = [["teacher", 21, " Wait"], ["student", 13, " so we"], ["student", 13, " two"]]
    view = read_view(row(thrown=drafts), "x:1")
    assert [(part.text, part.mark) for part in parts(view.thinking)] == [
        ("Okay,", Mark.KEPT),
        (" so we", Mark.THROWN),
        (" two", Mark.THROWN),
        (" 2 + 2 =", Mark.BEGINS),
        (" Wait", Mark.THROWN),
        (" 4.", Mark.KEPT),
    ]


@pytest.mark.parametrize(("thinking", "position"), [("Okay, 2 + 2 = 4.", 24), ("Okay, 2 + 2 = 4.\n", 25)])
def test_a_draft_thrown_away_at_the_end_of_the_thinking_shows_there_and_once(thinking, position):
    view = read_view(row(thinking=thinking, thrown=[["teacher", position, " So"]]), "x:1")
    assert parts(view.thinking)[-1] == ("teacher", " So", Mark.THROWN)
    assert Mark.THROWN not in {part.mark for part in parts(view.answer)}


@pytest.mark.parametrize(
    ("thrown", "keeps"), [({}, False), ({"thrown": []}, True), ({"thrown": [["teacher", 9, "x"]]}, True)]
)
def test_a_view_knows_whether_drafts_are_kept(thrown, keeps):
    assert read_view(row(**thrown), "x:1").as_dict()["keeps_drafts"] is keeps


def test_the_question_is_the_last_one_and_the_rest_stands_before():
    talk = [("system", "be brief"), ("user", "hello"), ("assistant", "hi"), ("user", "2 + 2?")]
    answer = row()["messages"][-1]
    view = read_view(row(messages=[*({"role": role, "content": text} for role, text in talk), answer]), "x:1")
    assert view.question == "2 + 2?"
    assert list(view.before) == talk[:3]


def without(name):
    found = row()
    del found[name]
    return found


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (without("messages"), "no messages in this row"),
        (without("segments"), "no segments in this row"),
        ({"id": "q", "error": {"type": "EngineError"}}, "a prompt that failed"),
        (row(messages=["?"]), "no messages in this row"),
        (row(messages=[{"role": "user", "content": "?"}]), "must be the assistant's"),
        (row(messages=[{"role": "assistant", "content": 4}]), "must be text, got 4"),
        (row(segments=[["student", 0, 3]]), "end at character 3 of"),
        (row(segments=[["student", 0, 9], ["teacher", 10, 12]]), "does not go on at character 9"),
        (row(segments=[["author", 0, 9]]), "does not go on at character 0"),
        (row(segments=[["student", 0]]), "expected lists of three"),
        (row(segments={"student": 1}), "must be a list"),
        (row(thrown=[["student", 999, "x"]]), "no place in a text of"),
        (row(tokens={"student": "4"}), "must be a whole number"),
        (row(hand_overs="2"), "'hand_overs' is of a wrong type"),
        (row(totals={"student": 3}), "must be counters"),
    ],
)
def test_a_bad_row_is_one_error_with_its_place(bad, message):
    with pytest.raises(DataError, match=r"x\.jsonl:7: ") as caught:
        read_view(bad, "x.jsonl:7")
    assert message in str(caught.value)
