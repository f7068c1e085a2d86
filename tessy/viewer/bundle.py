"""Rows packed for a page: compressed blocks of texts, and what the list shows of each row."""

import base64
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from analysis.jsonl import line_of
from tessy.trace import Role
from tessy.viewer.trace_view import TraceView

# Opening a row unpacks its bundle: large enough to compress well, small enough to unpack at once.
_BUNDLE_CHARACTERS = 1 << 16
_HEAD_CHARACTERS = 160

Own = Mapping[str, Any]
"""Role -> what `OwnTraces.find` returns, for the roles that answered the question alone."""


def bundles(rows: Iterable[tuple[TraceView, Own]]) -> Iterator[str]:
    """Pack rows as elements of HTML, two a bundle, made of ASCII that no data can break out of.

    ``<script class="heads">`` is JSON of what the list shows: id, beginning of the question, stop reason, tokens of
    student and teacher, hand-overs. ``<script class="texts">`` is what a row shows when it is opened: JSON, deflated
    (zlib), in base 64.
    """
    heads: list[list[Any]] = []
    texts: list[str] = []
    for view, own in rows:
        heads.append(_head(view))
        texts.append(line_of({**view.as_dict(), "own": own}).rstrip("\n"))
        if sum(map(len, texts)) >= _BUNDLE_CHARACTERS:
            yield _bundle(heads, texts)
            heads, texts = [], []
    if heads:
        yield _bundle(heads, texts)


def _head(view: TraceView) -> list[Any]:
    question = " ".join(view.question[: 4 * _HEAD_CHARACTERS].split())[:_HEAD_CHARACTERS]
    tokens = (view.tokens(role.value) for role in (Role.STUDENT, Role.TEACHER))
    return [view.id, question, view.facts.get("stop_reason", ""), *tokens, view.facts.get("hand_overs", 0)]


def _bundle(heads: list[list[Any]], texts: list[str]) -> str:
    # In JSON, "<" can only stand in texts; escaped there, nothing ends the element early.
    listed = json.dumps(heads, separators=(",", ":")).replace("<", "\\u003c")
    packed = base64.b64encode(zlib.compress(f"[{','.join(texts)}]".encode())).decode()
    return (
        f'<script type="application/json" class="heads">{listed}</script>\n'
        f'<script type="text/plain" class="texts">{packed}</script>\n'
    )
