"""A trace in colour: who wrote what."""

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.text import Text

from tessy.trace import Role, Trace

# Blue and orange, as in the figures: apart for every common kind of colour blindness.
STYLES = {Role.STUDENT: "bold #56b4e9", Role.TEACHER: "#e69f00"}


def legend() -> Text:
    """Name the colours."""
    return Text.assemble(
        ("student", STYLES[Role.STUDENT]), " writes the style, ", ("teacher", STYLES[Role.TEACHER]), " the rest"
    )


def coloured(trace: Trace) -> Text:
    """Colour a trace's text by who wrote it."""
    text = Text()
    for segment in trace.segments:
        text.append(trace.text[segment.start : segment.end], STYLES[segment.role])
    return text


def panel(trace: Trace) -> RenderableType:
    """Frame a trace with its question above and its numbers below."""
    question = Text(trace.prompt.messages[-1]["content"], style="italic")
    share = f"teacher {trace.teacher_token_share:.0%} of the tokens"
    numbers = f"{trace.stop_reason.value}, {trace.hand_overs} hand-overs, {share}"
    return Panel(Group(question, Text(), coloured(trace)), title=trace.id, subtitle=numbers, title_align="left")
