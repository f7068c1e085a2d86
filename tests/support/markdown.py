"""The code blocks of a Markdown page, with what the comment before each says of it."""

import re
import textwrap
from dataclasses import dataclass
from pathlib import Path

FENCE = re.compile(r"^(?P<indent> *)(?P<ticks>`{3,})(?P<language>[\w-]*)[^`]*$")
MARK = re.compile(r"^ *<!-- *(?P<key>needs|skip|file): *(?P<value>.+?) *-->$")


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced code block.

    Attributes
    ----------
    page
        Name of the page, relative to the checkout.
    line
        Line of the opening fence, from 1.
    language
        First word after the fence, such as ``python``; empty when there is none.
    text
        The code, without the fence's indent.
    marks
        The comments directly above the fence, by key: ``needs``, ``skip``, ``file``.
    """

    page: str
    line: int
    language: str
    text: str
    marks: dict[str, str]

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def blocks(page: Path, name: str) -> list[Block]:
    """Return the fenced code blocks of a page in order; `ValueError` when one is never closed."""
    found = []
    marks: dict[str, str] = {}
    lines = iter(enumerate(page.read_text(encoding="utf-8").splitlines(), start=1))
    for number, line in lines:
        if fence := FENCE.match(line):
            code = []
            for _, inner in lines:
                if inner.strip().startswith(fence["ticks"]) and not inner.strip().strip("`"):
                    break
                code.append(inner)
            else:
                raise ValueError(f"{name}:{number}: the code block is never closed")
            text = textwrap.dedent("\n".join(code)) + "\n"
            found.append(Block(name, number, fence["language"], text, marks))
            marks = {}
        elif mark := MARK.match(line):
            marks = {**marks, mark["key"]: mark["value"]}
        elif line.strip():
            marks = {}
    return found
