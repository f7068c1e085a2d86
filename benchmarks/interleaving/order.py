"""Which arms share engines, in which order they are measured, and what warms the engines up before each."""

from collections.abc import Sequence
from typing import Final

PLAIN: Final = ("lockstep_5_10", "lockstep_20", "lockstep_5_10_before", "lockstep_20_after", "http", "limit")
"""The arms on servers without the plugin."""
WARM_TRACES: Final = 8
"""Traces that are written before an arm is timed, and the tokens of each."""
WARM_TOKENS: Final = 24

_GROUPS = (PLAIN, ("http_plugin",), ("sessions",))


def groups(arms: Sequence[str], repetition: int) -> list[list[str]]:
    """Order the arms of one repetition by the engines they need.

    Every other repetition goes backwards, so that a machine that grows slower or faster favours no arm, and the engines
    that are up at the end of one serve the next.
    """
    wanted = [[arm for arm in group if arm in arms] for group in _GROUPS]
    present = [group for group in wanted if group]
    return present[::-1] if repetition % 2 else present
