"""The settings a run began with, kept beside its output so that it is resumed with the same."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tessy.errors import SettingsChangedError, UsageError


def flatten(settings: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield nested settings as dotted names and plain values."""
    for key, value in settings.items():
        if isinstance(value, Mapping):
            yield from flatten(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def write_settings(path: Path, settings: Mapping[str, Any]) -> None:
    """Write the settings; the file appears whole or not at all."""
    draft = path.with_name(f".{path.name}")
    draft.write_text(json.dumps(settings, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    draft.replace(path)


def check_unchanged(path: Path, settings: Mapping[str, Any], out: Path) -> None:
    """Compare the settings of an earlier run with those of this one.

    Raises
    ------
    SettingsChangedError
        When some differ, naming each with both values.
    UsageError
        When there is no record of the earlier run.
    """
    try:
        earlier = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(
            f"{out} exists, but {path.name} does not say how it was made",
            advice="choose another --out, or --no-resume to set the file aside",
        ) from error
    before, now = dict(flatten(earlier)), dict(flatten(json.loads(json.dumps(settings))))
    changed = [key for key in sorted({*before, *now}) if before.get(key) != now.get(key)]
    if changed:
        listed = "; ".join(f"{key} was {before.get(key)!r}, is {now.get(key)!r}" for key in changed[:5])
        more = f"; and {len(changed) - 5} more" if len(changed) > 5 else ""
        raise SettingsChangedError(
            f"other settings than the run that began this output: {listed}{more}",
            where=str(out),
            advice="restore them, choose another --out, or --no-resume to set the file aside and start afresh",
        )
