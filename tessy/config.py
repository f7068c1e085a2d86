"""Reads ``run.toml``, lays the command line's flags over it, and explains what is wrong with it."""

import dataclasses
import difflib
import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tessy.errors import UsageError
from tessy.settings import RunSettings


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise UsageError(f"no such file: {path}", advice="check --config") from error
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot be read: {error}", where=str(path)) from error
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"not TOML: {error}", where=str(path)) from error


def _lay_over(base: dict[str, Any], flags: Mapping[str, Any], where: str) -> None:
    """Put flags (dotted names) into nested tables."""
    for name, value in flags.items():
        table = base
        *parents, key = name.split(".")
        for parent in parents:
            table = table.setdefault(parent, {})
            if not isinstance(table, dict):
                path = name[: name.index(parent) + len(parent)]
                raise UsageError(f"{path} = {table!r}: a table is expected", where=where)
        table[key] = value


def _known_keys(location: tuple[Any, ...]) -> list[str]:
    """List the keys of the table a location stands in."""
    kind: Any = RunSettings
    for step in location[:-1]:
        kind = next((entry.type for entry in dataclasses.fields(kind) if entry.name == step), None)
        if not dataclasses.is_dataclass(kind):
            return []
    return [entry.name for entry in dataclasses.fields(kind)]


def _explain(fault: Mapping[str, Any], where: str) -> UsageError:
    # Unions (model: text or list) put their branch at the end of the location.
    location = tuple(step for step in fault["loc"] if step not in {"str", "tuple[str, ...]"})
    name = ".".join(map(str, location))
    if fault["type"] in {"unexpected_keyword_argument", "extra_forbidden"}:
        known = _known_keys(location)
        near = difflib.get_close_matches(str(location[-1]), known, n=1, cutoff=0.5)
        advice = f"did you mean {near[0]!r}?" if near else f"known keys: {', '.join(known)}"
        return UsageError(f"unknown key {name!r}", where=where, advice=advice)
    return UsageError(f"{name} = {fault['input']!r}: {fault['msg'][0].lower()}{fault['msg'][1:]}", where=where)


def read_settings(path: Path | None, flags: Mapping[str, Any]) -> RunSettings:
    """Read a run's settings.

    Parameters
    ----------
    path
        The TOML file; None for none. ``student = "..."`` is short for ``student.model = "..."``.
    flags
        What the command line says, by dotted name (``student.model``); it wins over the file.

    Raises
    ------
    UsageError
        At a key nobody knows, naming the nearest one; at a value of the wrong type or out of range.
    """
    from pydantic import TypeAdapter, ValidationError

    values = _read_toml(path) if path else {}
    for role in ("student", "teacher"):
        if isinstance(values.get(role), str | list):
            values[role] = {"model": values[role]}
        elif not isinstance(values.get(role, {}), dict):
            raise UsageError(f"{role} = {values[role]!r}: a table, a URL or a model is expected", where=str(path))
    where = str(path or "command line")
    _lay_over(values, flags, where)
    try:
        # Through JSON, strictness lets a list be a tuple and nothing else be what it is not.
        return TypeAdapter(RunSettings).validate_json(json.dumps(values, default=str))
    except ValidationError as error:
        raise _explain(error.errors()[0], where) from None
