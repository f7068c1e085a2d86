"""A trace in colour: who wrote what."""

import re
from collections.abc import Iterable
from io import StringIO
from pathlib import Path

from rich.console import Console, Group, RenderableType
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


def save_picture(traces: Iterable[Trace], path: Path, *, title: str = "tessy", width: int = 96) -> None:
    """Draw traces in colour as an SVG, `width` characters wide, that needs nothing from elsewhere."""
    console = Console(width=width, record=True, file=StringIO())
    console.print(legend())
    for trace in traces:
        console.print(panel(trace))
    # Rich's own frame would load a font from the web.
    picture = re.sub(r"@font-face \{.*?\}\s*", "", console.export_svg(title=title), flags=re.DOTALL)
    path.write_text(picture, encoding="utf-8")
