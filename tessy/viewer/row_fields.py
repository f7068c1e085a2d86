"""The fields of an output row, read back and checked."""

from collections.abc import Iterator, Mapping
from typing import Any

from detectors.errors import DataError
from tessy.trace import Role

_FACTS: dict[str, type] = {
    "stop_reason": str,
    "tokens": dict,
    "totals": dict,
    "hand_overs": int,
    "provenance": dict,
    "metadata": dict,
}
_ROLES = frozenset(role.value for role in Role)
_EXPECTED = "expected rows that tessy-synth run wrote"


def messages(row: Mapping[str, Any], where: str) -> list[tuple[str, str]]:
    """Return role and text of each message; the last one is the assistant's.

    Raises
    ------
    DataError
        When it is not so.
    """
    if "error" in row and "messages" not in row:
        advice = "view the file of finished rows instead"
        raise DataError("this row is of a prompt that failed", where=where, advice=advice)
    entries = row.get("messages")
    if not isinstance(entries, list) or not entries or not all(isinstance(entry, dict) for entry in entries):
        names = ", ".join(map(repr, row)) or "nothing"
        raise DataError(f"no messages in this row; it has {names}", where=where, advice=_EXPECTED)
    found = []
    for entry in entries:
        content = entry.get("content")
        if not isinstance(content, str):
            raise DataError(f"the content of a message must be text, got {_short(content)}", where=where)
        found.append((str(entry.get("role", "")), content))
    if found[-1][0] != "assistant":
        raise DataError(f"the last message must be the assistant's, got {found[-1][0]!r}", where=where)
    return found


def segments(row: Mapping[str, Any], length: int, where: str) -> list[tuple[str, int, int]]:
    """Return role, start and end of each segment of an assistant's text of `length` characters.

    Raises
    ------
    DataError
        When they do not cover the text exactly, in order.
    """
    if "segments" not in row:
        raise DataError("no segments in this row", where=where, advice=_EXPECTED)
    found = []
    position = 0
    for role, start, end in _triples(row, "segments", (str, int, int), where):
        if role not in _ROLES or start != position or end < start:
            got = _short([role, start, end])
            raise DataError(f"segment {got} does not go on at character {position:,}", where=where)
        found.append((role, start, end))
        position = end
    if position != length:
        raise DataError(f"the segments end at character {position:,} of {length:,}", where=where)
    return found


def thrown(row: Mapping[str, Any], length: int, where: str) -> list[tuple[str, int, str]]:
    """Return role, position and text of each draft that was thrown away, by position; empty when a row keeps none.

    Raises
    ------
    DataError
        When one has no author, or stands outside a text of `length` characters.
    """
    found = []
    for role, position, text in _triples(row, "thrown", (str, int, str), where):
        if role not in _ROLES or not 0 <= position <= length:
            got = _short([role, position])
            raise DataError(f"thrown draft {got} is no place in a text of {length:,} characters", where=where)
        found.append((role, position, text))
    return sorted(found, key=lambda draft: draft[1])


def facts(row: Mapping[str, Any], where: str) -> dict[str, Any]:
    """Return what else a row says of its trace, each field only where it is there.

    Raises
    ------
    DataError
        When a field is of a wrong type.
    """
    found = {name: row[name] for name in _FACTS if row.get(name) is not None}
    for name, value in found.items():
        if not isinstance(value, _FACTS[name]):
            raise DataError(f"{name!r} is of a wrong type: {_short(value)}", where=where)
    for role, count in found.get("tokens", {}).items():
        if not isinstance(count, int):
            raise DataError(f"the tokens of {role!r} must be a whole number, got {_short(count)}", where=where)
    for role, counters in found.get("totals", {}).items():
        if not isinstance(counters, dict):
            raise DataError(f"the totals of {role!r} must be counters, got {_short(counters)}", where=where)
    return found


def _triples(row: Mapping[str, Any], name: str, types: tuple[type, type, type], where: str) -> Iterator[list[Any]]:
    entries = row.get(name) or []
    if not isinstance(entries, list):
        raise DataError(f"{name!r} must be a list, got {_short(entries)}", where=where)
    for entry in entries:
        three = isinstance(entry, list) and len(entry) == len(types)
        if not three or not all(isinstance(part, kind) for part, kind in zip(entry, types, strict=True)):
            raise DataError(f"{name!r} holds {_short(entry)}", where=where, advice="expected lists of three")
        yield entry


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
