"""What a request asks of the plugin, as `SamplingParams.extra_args` (over HTTP: ``vllm_xargs``)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from tessy.engines.base import StopRule

BOUNDARY: Final = "tessy:boundary"
"""Stop reason: the first token of the other kind is there."""
END: Final = "tessy:end"
"""Stop reason: the mark that ends the thinking was written as text."""
READY: Final = "tessy:ready"
"""Stop reason: the answer to a probe."""
BEFORE: Final = "tessy:before"
"""Stop reason: the word to come is of the other kind, says the state before it; the last token is of that word."""
OWN: Final = "tessy:own"
"""Stop reason: the request ended as it would have without the plugin, and states foresaw no boundary before that."""
STOP_REASONS: Final = frozenset((BOUNDARY, END, READY, BEFORE, OWN))
JUDGED: Final = frozenset((BEFORE, OWN, END))
"""Stop reasons after which all tokens, but the last one of `BEFORE`, are of their writer's own kind, say its states."""

_DETECTOR, _BEFORE, _STYLE = "tessy_detector", "tessy_before", "tessy_style"
_OWN, _OPEN, _PROBE = "tessy_own", "tessy_open", "tessy_probe"
_KEEP, _SESSION = "tessy_keep", "tessy_session"
# Nobody needs more; a request that sends more would hold up the engine, and all other requests with it.
_MOST_CHARACTERS = 1 << 16
_MOST_OPEN = 1 << 12
_MOST_NAME = 128


@dataclass(frozen=True, slots=True)
class Asking:
    """What one request asks.

    Attributes
    ----------
    rule
        What to stop at.
    is_probe
        Whether the request only wants to know if its detector is here: it stops at its first token.
    """

    rule: StopRule
    is_probe: bool = False


def stop_arguments(rule: StopRule) -> dict[str, str | int | list[int]]:
    """Write a rule as extra arguments: scalars and one flat list, which is all that HTTP takes."""
    arguments: dict[str, str | int | list[int]] = {
        _DETECTOR: rule.detector,
        _BEFORE: rule.before,
        _STYLE: int(rule.writes_style),
        _OWN: int(rule.first_word_is_own),
    }
    if rule.open_ids:
        arguments[_OPEN] = list(rule.open_ids)
    return arguments


def probe_arguments(detector: str) -> dict[str, str | int | list[int]]:
    """Write the question whether the plugin is there and knows a detector, by its fingerprint."""
    return {**stop_arguments(StopRule(detector, "", writes_style=False)), _PROBE: 1}


def keep_argument(tokens: int) -> dict[str, int]:
    """Write how much of a session's tokens its next turn goes on from; the rest is forgotten."""
    return {_KEEP: tokens}


def read_keep(arguments: Mapping[str, Any] | None) -> int | None:
    """Read how many tokens of a session to keep; None for all."""
    keep = (arguments or {}).get(_KEEP)
    return keep if isinstance(keep, int) and keep > 0 else None


def session_argument(name: str) -> dict[str, str]:
    """Write to which session a request belongs, by a name of at most 128 characters that no other session has."""
    return {_SESSION: name}


def read_session(arguments: Mapping[str, Any] | None) -> str | None:
    """Read to which session a request belongs; None for one of its own."""
    name = (arguments or {}).get(_SESSION)
    return name if isinstance(name, str) and 0 < len(name) <= _MOST_NAME else None


def read_arguments(arguments: Mapping[str, Any] | None) -> Asking | None:
    """Read what a request asks; None when it asks nothing.

    Raises
    ------
    ValueError
        When it asks in a way that cannot be understood.
    """
    if not arguments or _DETECTOR not in arguments:
        return None
    detector, before, opened = arguments[_DETECTOR], arguments.get(_BEFORE, ""), arguments.get(_OPEN, ())
    if not isinstance(detector, str):
        raise ValueError(f"{_DETECTOR} must be a fingerprint, not {detector!r:.80}")
    if not isinstance(before, str) or len(before) > _MOST_CHARACTERS:
        raise ValueError(f"{_BEFORE} must be text of at most {_MOST_CHARACTERS:,} characters, not {before!r:.80}")
    if not isinstance(opened, list | tuple) or len(opened) > _MOST_OPEN or not all(map(_is_id, opened)):
        raise ValueError(f"{_OPEN} must be a list of at most {_MOST_OPEN:,} token ids, not {opened!r:.80}")
    flags = {name: _flag(arguments, name) for name in (_STYLE, _OWN, _PROBE)}
    rule = StopRule(detector, before, writes_style=flags[_STYLE], first_word_is_own=flags[_OWN], open_ids=tuple(opened))
    return Asking(rule, flags[_PROBE])


def _is_id(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 31


def _flag(arguments: Mapping[str, Any], name: str) -> bool:
    value = arguments.get(name, 0)
    if value not in (0, 1):
        raise ValueError(f"{name} must be 0 or 1, not {value!r:.80}")
    return bool(value)
