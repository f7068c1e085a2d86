from io import StringIO

from rich.console import Console

from tessy.preview import STYLES, coloured, legend, panel
from tessy.prompts import Prompt
from tessy.trace import Role, Segment, StopReason, Trace

TRACE = Trace(
    Prompt.from_text("2 + 2 [bold]?", id="q1"),
    "Okay, 4",
    (Segment(Role.STUDENT, 0, 5), Segment(Role.TEACHER, 5, 7)),
    StopReason.FINISHED,
    {Role.STUDENT: 1, Role.TEACHER: 3},
    hand_overs=1,
)


def test_each_role_has_its_colour():
    text = coloured(TRACE)
    assert text.plain == "Okay, 4"
    assert [(span.start, span.end, span.style) for span in text.spans] == [
        (0, 5, STYLES[Role.STUDENT]),
        (5, 7, STYLES[Role.TEACHER]),
    ]


def test_a_panel_says_question_and_numbers_and_takes_no_markup_from_users():
    console = Console(width=100, record=True, file=StringIO())
    console.print(legend())
    console.print(panel(TRACE))
    said = console.export_text()
    for part in ("q1", "2 + 2 [bold]?", "finished", "1 hand-overs", "teacher 75%"):
        assert part in said
