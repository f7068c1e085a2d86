"""How a vLLM engine cuts its memory for keys and values into blocks."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


def block_groups(kv_cache_config: Any) -> list[tuple[int, int]]:
    """Read vLLM's `KVCacheConfig`: for each group of layers, tokens a block, and the attention window (0: all)."""
    # A worker's group may have a specification for each layer, all with the same window.
    found = [group.kv_cache_spec for group in kv_cache_config.kv_cache_groups]
    specs = [getattr(spec, "first_spec", spec) for spec in found]
    return [(int(spec.block_size), int(getattr(spec, "sliding_window", None) or 0)) for spec in specs]


@dataclass(frozen=True, slots=True)
class BlockLayout:
    """What there is, and what contexts take of it.

    Attributes
    ----------
    blocks
        How many there are.
    groups
        For each group of layers that share blocks: tokens a block, and the attention window in tokens (0: all).
    read_at_once
        The most tokens the engine reads in one step; for so long they stand beside a window.
    """

    blocks: int
    groups: Sequence[tuple[int, int]]
    read_at_once: int

    def needed(self, tokens: int) -> int:
        """Count the blocks that a context of so many tokens takes at most."""
        blocks = 0
        for size, window in self.groups:
            held = min(tokens, window + self.read_at_once) if window else tokens
            blocks += -(-held // size)
        return blocks

    def may_shorten(self, held: int, keep: int) -> bool:
        """Tell whether a context of `held` tokens can go on from its first `keep`, the rest being overwritten.

        A whole block may be in the prefix cache, where others find it: nothing in it can be overwritten. And a block
        that has left the window of the last tokens is gone, though the window of an earlier one may reach it.
        """
        return 0 < keep <= held and all(
            held // size == keep // size and _left(held, size, window) == _left(keep, size, window)
            for size, window in self.groups
        )


def _left(tokens: int, size: int, window: int) -> int:
    """Count the blocks at the start of a context that the next token does not look back to."""
    return max(tokens - window + 1, 0) // size if window else 0
