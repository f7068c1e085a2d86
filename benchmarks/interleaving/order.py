"""Which arms share engines, in which order they are measured, and what warms the engines up before each."""

from collections.abc import Sequence
from typing import Final

_PLAIN: Final = ("lockstep_5_10", "lockstep_20", "lockstep_5_10_before", "lockstep_20_after", "http", "limit")
_GROUPS: Final = (_PLAIN, ("http_plugin",), ("sessions",))
"""Arms on servers without the plugin, on servers with it, and with both engines in the program."""


def groups(arms: Sequence[str], repetition: int) -> list[list[str]]:
    """Order the arms of one repetition by the engines they need.

    Every other repetition goes backwards, so that a machine that grows slower or faster favours no arm, and the engines
    that are up at the end of one serve the next.
    """
    wanted = [[arm for arm in group if arm in arms] for group in _GROUPS]
    present = [group for group in wanted if group]
    return present[::-1] if repetition % 2 else present


def warm_tokens(pair: str) -> int:
    """Return the tokens of each trace that is written before an arm is timed; as many at once as are timed.

    vLLM's kernels for CPUs are built for each number of tokens that a step may have: once in a run of hours, so that is
    not to be timed. It takes as long as five steps of a tiny model, or the tenth of a step of a larger one.
    """
    return 512 if pair == "miniature" else 64
