"""How many tokens to draft where an engine cannot stop at the boundary by itself."""

from collections import deque
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

LONGEST: Final = 64
"""The longest draft that is considered."""
_FIRST: Final = 20
_SPANS_A_CHOICE: Final = 32
_REMEMBERED: Final = 512
_TRY_ANOTHER: Final = 8


class DraftLength(Protocol):
    """Decides for one role how long its next draft is; all traces of a run share it."""

    def ask(self) -> int:
        """Return the length of the next draft, in tokens."""
        ...

    def span(self, tokens: int) -> None:
        """Learn of a span of so many kept tokens, which a hand-over ended."""
        ...

    def request(self, tokens: int, seconds: float) -> None:
        """Learn of a request: the tokens it made, and how long it took."""
        ...


class FixedLength:
    """The same length always, as in the paper.

    Parameters
    ----------
    tokens
        The length.
    """

    def __init__(self, tokens: int) -> None:
        self.tokens = tokens

    def ask(self) -> int:
        """Return the length."""
        return self.tokens

    def span(self, tokens: int) -> None:
        """Learn nothing."""

    def request(self, tokens: int, seconds: float) -> None:
        """Learn nothing."""


class LearnedLength:
    r"""The length that costs least time a kept token, going by the last 512 spans and requests.

    A request for ``k`` tokens takes ``R + c k`` seconds. A span of ``L`` tokens is known to be over when token
    ``L + 1`` is there, which takes ``floor(L / k) + 1`` requests. The time a kept token costs is then, over the spans
    seen,

        ``sum_L (floor(L / k) + 1) (R + c k) / sum_L L``

    and ``k`` is the length in 1..64 for which it is least. ``R`` and ``c`` are fitted by least squares to the median
    time of the requests of each length (medians: one that waited for a server to come back says nothing); so that
    there are two lengths to tell them apart, every eighth request is half as long. As long as fewer than 32 spans were
    seen, the length is 20, the paper's. Lengths depend on the clock: under sampling, two runs with one seed draw
    different tokens.
    """

    def __init__(self) -> None:
        self.best = _FIRST
        self._spans: deque[int] = deque(maxlen=_REMEMBERED)
        self._requests: deque[tuple[int, float]] = deque(maxlen=_REMEMBERED)
        self._new_spans = 0
        self._count = 0

    def ask(self) -> int:
        """Return the best length known; every eighth time half of it, and 2 instead of 1."""
        # Counted when it is asked: many traces may ask before the first of them has its answer.
        self._count += 1
        return self.best // 2 or 2 if self._count % _TRY_ANOTHER == 0 else self.best

    def span(self, tokens: int) -> None:
        """Note the span, and choose anew with every 32nd."""
        self._spans.append(tokens)
        self._new_spans += 1
        if self._new_spans == _SPANS_A_CHOICE:
            self._new_spans = 0
            self._choose()

    def request(self, tokens: int, seconds: float) -> None:
        """Note the request."""
        if tokens:
            self._requests.append((tokens, seconds))

    def _choose(self) -> None:
        made = np.array([tokens for tokens, _ in self._requests])
        seconds = np.array([time for _, time in self._requests])
        lengths, counts = np.unique(made, return_counts=True)
        if lengths.size < 2:
            return
        medians = [float(np.median(seconds[made == length])) for length in lengths]
        # NumPy applies weights before it squares: these make a median weigh as many requests as it stands for.
        per_token, per_request = np.polyfit(lengths, medians, 1, w=np.sqrt(counts))
        self.best = cheapest(np.array(self._spans), max(per_request, 0.0), max(per_token, 0.0))


def cheapest(spans: NDArray[np.int64], per_request: float, per_token: float) -> int:
    """Find the draft length that takes least time over some spans.

    Parameters
    ----------
    spans
        Lengths of spans in tokens, ``[spans]``.
    per_request, per_token
        What a request costs by itself, and with each token it makes, in seconds.

    Returns
    -------
    int
        The length in 1..64, the shortest of equals.
    """
    lengths = np.arange(1, LONGEST + 1)
    requests = (spans[:, None] // lengths + 1).sum(axis=0)
    return int(lengths[np.argmin(requests * (per_request + per_token * lengths))])
