from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tessy.prompts import Prompt
from tessy.trace import Piece, Role, Segment, StopReason, Trace, assemble

PIECES = st.lists(st.builds(Piece, st.sampled_from(Role), st.text(max_size=8), st.just((1,))), max_size=12)


@given(PIECES, PIECES, st.booleans())
def test_segments_cover_the_text_exactly(thinking, answer, closed):
    text, segments = assemble(thinking, answer if closed else [], closed=closed)
    position = 0
    for segment in segments:
        assert segment.start == position < segment.end
        position = segment.end
    assert position == len(text)
    assert all(left.role is not right.role for left, right in pairwise(segments))


def test_thinking_and_answer_come_back():
    text, segments = assemble(
        [Piece(Role.STUDENT, "Okay,", (1,)), Piece(Role.TEACHER, " 2 + 2 = 4.", (1, 2))],
        [Piece(Role.STUDENT, "4", (3,))],
        closed=True,
    )
    assert text == "<think>\nOkay, 2 + 2 = 4.\n</think>\n\n4"
    assert segments == (
        Segment(Role.STUDENT, 0, 13),
        Segment(Role.TEACHER, 13, 24),
        Segment(Role.STUDENT, 24, len(text)),
    )
    trace = Trace(Prompt.from_text("2 + 2?"), text, segments, StopReason.FINISHED, {Role.STUDENT: 1, Role.TEACHER: 3})
    assert (trace.thinking, trace.answer, trace.teacher_token_share) == ("Okay, 2 + 2 = 4.", "4", 0.75)


def test_an_open_trace_has_no_answer():
    text, segments = assemble([Piece(Role.TEACHER, "2 + 2", (1,))], [], closed=False)
    trace = Trace(Prompt.from_text("?"), text, segments, StopReason.THINKING_LIMIT)
    assert (trace.text, trace.answer, trace.thinking) == ("<think>\n2 + 2", "", "2 + 2")
