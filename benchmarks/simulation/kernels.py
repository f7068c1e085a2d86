"""The numbers of tokens that an engine has kernels for."""

from collections import OrderedDict

_REMEMBERED = 128
"""Numbers of tokens that a layer remembers kernels for (`vllm._custom_ops.create_onednn_mm`)."""


class Kernels:
    """Remembers the last numbers of tokens that steps had; stays with an engine from one measurement to the next."""

    def __init__(self) -> None:
        self._numbers: OrderedDict[int, None] = OrderedDict()

    def build(self, tokens: int) -> bool:
        """Tell whether a step of so many tokens has to build its kernels, and remember them."""
        is_new = tokens not in self._numbers
        self._numbers[tokens] = None
        self._numbers.move_to_end(tokens)
        if len(self._numbers) > _REMEMBERED:
            self._numbers.popitem(last=False)
        return is_new
