"""The numbers of tokens that an engine has kernels for."""

from collections import OrderedDict
from enum import Enum

_REMEMBERED = 128
"""Numbers of tokens that a layer remembers kernels for (`vllm._custom_ops.create_onednn_mm`)."""


class Found(Enum):
    """What a layer finds when a step comes."""

    REMEMBERED = "remembered"
    """The kernels for its number of tokens."""
    FORGOTTEN = "forgotten"
    """What oneDNN keeps for all layers: so many other numbers have come since."""
    NOTHING = "nothing"
    """That it was never asked: code has to be made."""


class Kernels:
    """Remembers the numbers of tokens that steps had; stays with an engine from one measurement to the next."""

    def __init__(self) -> None:
        self._last: OrderedDict[int, None] = OrderedDict()
        self._all: set[int] = set()

    def look_up(self, tokens: int) -> Found:
        """Tell what a step of so many tokens finds, and remember them."""
        known = Found.FORGOTTEN if tokens in self._all else Found.NOTHING
        found = Found.REMEMBERED if tokens in self._last else known
        self._all.add(tokens)
        self._last[tokens] = None
        self._last.move_to_end(tokens)
        if len(self._last) > _REMEMBERED:
            self._last.popitem(last=False)
        return found
