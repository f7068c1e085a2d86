"""What a trace cost each model, as the rows of a table."""

from collections.abc import Mapping
from typing import Any

from tessy.trace import Role

_NAMES = {
    "requests": "requests",
    "made": "tokens made",
    "kept": "tokens kept",
    "thrown": "tokens thrown away",
    "prefilled": "tokens of context read",
    "cached": "tokens of context cached",
    "waiting": "seconds of waiting",
    "hand_overs": "hand-overs",
    "span_tokens": "tokens of spans handed over",
    "seams": "seams",
    "reopened": "sessions reopened",
}


def cost_rows(totals: Mapping[str, Mapping[str, Any]]) -> list[list[str]]:
    """Return name, the student's figure and the teacher's for each of `tessy.counters.Counters` that a row has.

    Histograms, and whatever is no number, are left out. Counters of a name not known here keep it.
    """
    roles = [totals.get(role.value, {}) for role in (Role.STUDENT, Role.TEACHER)]
    known = list(_NAMES)
    there = dict.fromkeys(name for counters in roles for name in counters)
    found = []
    for name in sorted(there, key=lambda name: known.index(name) if name in _NAMES else len(known)):
        figures = [counters.get(name) for counters in roles]
        if all(isinstance(figure, int | float | None) for figure in figures):
            found.append([_NAMES.get(name, name), *("" if figure is None else f"{figure:,}" for figure in figures)])
    return found
