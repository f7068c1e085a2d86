"""One trace as HTML without a program, for notebooks: the elements that pages make, and their style."""

from collections.abc import Sequence
from html import escape

from tessy.viewer.blocks import Block, Mark, Part
from tessy.viewer.page import trace_style
from tessy.viewer.trace_view import TraceView

_SHOW_THROWN = ' · <label><input type="checkbox" class="show-thrown"> drafts that were thrown away</label>'
_CLASSES = {Mark.KEPT: "", Mark.BEGINS: " begins", Mark.THROWN: " thrown"}


def fragment(view: TraceView) -> str:
    """Return a trace in colour with its question above and its numbers in between."""
    thrown = any(part.mark is Mark.THROWN for block in (*view.thinking, *view.answer) for part in block)
    return (
        f'<div class="tessy-trace alone">\n<style>{trace_style()}</style>\n'
        f'<p class="asked">{_escape(view.question)}</p>\n'
        f'<p class="numbers">{_numbers(view)}{_SHOW_THROWN if thrown else ""}</p>\n'
        f'<div class="texts" tabindex="0">{sections(view.thinking, view.answer)}</div>\n</div>'
    )


def sections(thinking: Sequence[Block], answer: Sequence[Block]) -> str:
    """Return the elements of a trace's texts."""
    found = _section("thinking", "Thinking", thinking)
    return found + _section("answer", "Answer", answer) if answer else found


def _section(name: str, title: str, blocks: Sequence[Block]) -> str:
    inside = "".join(f'<div class="block" dir="auto">{"".join(map(_part, block))}</div>' for block in blocks)
    return f'<section class="{name}"><h3>{title}</h3>{inside}</section>'


def _part(part: Part) -> str:
    tag = "del" if part.mark is Mark.THROWN else "span"
    return f'<{tag} class="{escape(part.role)}{_CLASSES[part.mark]}">{_escape(part.text)}</{tag}>'


def _numbers(view: TraceView) -> str:
    student, teacher = view.tokens("student"), view.tokens("teacher")
    parts = [f'<span class="student">student {student:,}</span> and <span class="teacher">teacher {teacher:,}</span>']
    parts[0] += " tokens"
    if "hand_overs" in view.facts:
        parts.append(f"{view.facts['hand_overs']:,} hand-overs")
    if "stop_reason" in view.facts:
        parts.append(_escape(view.facts["stop_reason"].replace("_", " ")))
    return " · ".join(parts)


def _escape(text: str) -> str:
    # HTML has no way to write half of a surrogate pair or NUL, and reads a bare carriage return as a line feed.
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return escape(whole.replace("\0", "\N{REPLACEMENT CHARACTER}")).replace("\r", "&#13;")
