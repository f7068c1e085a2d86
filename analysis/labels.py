"""Labelled texts: the rows a detector is fitted to and judged on."""

import os
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from analysis.jsonl import read_rows
from detectors.errors import DataError
from detectors.spans import Span


@dataclass(frozen=True, slots=True)
class LabelledText:
    """A text and its true style spans.

    Attributes
    ----------
    id
        The name of the text.
    text
        The text.
    spans
        Its style spans in characters: in order, disjoint.
    model
        The model that wrote it; empty when unknown.
    question
        The question it answers; texts of one question never stand on both sides of a cross-validation. The text's own
        id when unknown.
    """

    id: str
    text: str
    spans: tuple[Span, ...]
    model: str = ""
    question: str = ""

    @property
    def domain(self) -> str:
        """What stands before the first colon of the question's name, ``math`` in ``math:17``; empty without one."""
        domain, colon, _ = self.question.partition(":")
        return domain if colon else ""


def read_labels(path: str | os.PathLike[str]) -> list[LabelledText]:
    """Read labelled texts from JSON lines: ``id``, ``text``, ``spans`` as [[start, end], ...], ``model``, ``question``.

    Raises
    ------
    UsageError
        When the file is missing.
    DataError
        When a field is missing or of a wrong type, an id comes twice, or a span lies outside its text, is empty, out of
        order or overlaps another; names file and line.
    """
    labels: list[LabelledText] = []
    lines: dict[str, int] = {}
    for number, row in read_rows(path):
        where = f"{path}:{number}"
        label = _label(row, where, default_id=str(number))
        if label.id in lines:
            raise DataError(f"the id {label.id!r} was already used on line {lines[label.id]}", where=where)
        lines[label.id] = number
        labels.append(label)
    return labels


def _label(row: dict[str, Any], where: str, *, default_id: str) -> LabelledText:
    text, spans = row.get("text"), row.get("spans")
    if not isinstance(text, str):
        raise DataError(f"'text' must be a string, got {text!r}", where=where)
    if not isinstance(spans, list):
        raise DataError(f"'spans' must be a list of [start, end], got {spans!r}", where=where)
    identifier = str(row.get("id", default_id))
    found = tuple(_span(pair, len(text), where) for pair in spans)
    for left, right in pairwise(found):
        if right.start < left.end:
            raise DataError(
                f"span [{right.start}, {right.end}] overlaps or precedes [{left.start}, {left.end}]",
                where=where,
                advice="spans must be in order and disjoint",
            )
    return LabelledText(identifier, text, found, str(row.get("model") or ""), str(row.get("question") or identifier))


def _span(pair: object, length: int, where: str) -> Span:
    match pair:
        case [int(start), int(end), *_] if not isinstance(start, bool) and not isinstance(end, bool):
            if 0 <= start < end <= length:
                return Span(start, end)
            raise DataError(
                f"span [{start}, {end}] does not fit a text of {length} characters",
                where=where,
                advice="spans are half-open and in characters, not bytes or tokens",
            )
    raise DataError(f"not a span: {pair!r}", where=where, advice="expected [start, end] in characters")
