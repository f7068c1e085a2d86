"""How many tokens to draft where an engine cannot stop at the boundary by itself."""

from collections import deque
from typing import Final, Protocol

import numpy as np

LONGEST: Final = 64
"""The longest draft that is considered."""
_FIRST: Final = 20
_LEAST_SPANS: Final = 32
_REMEMBERED: Final = 512
_INTERVAL: Final = 64


class DraftLength(Protocol):
    """Decides for one role how long its next draft is; all traces of a run share it."""

    @property
    def tokens(self) -> int:
        """The length of the next draft, in tokens."""
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

    def span(self, tokens: int) -> None:
        """Learn nothing."""

    def request(self, tokens: int, seconds: float) -> None:
        """Learn nothing."""


class LearnedLength:
    r"""The length that costs least time a kept token, going by the last 512 spans and requests.

    A request for ``k`` tokens takes ``R + c k`` seconds; ``R`` and ``c`` are fitted to the requests by least squares. A
    span of ``L`` tokens is known to be over when token ``L + 1`` is there, which takes ``floor(L / k) + 1`` requests. The
    time a kept token costs is then, over the spans seen,

        ``sum_L (floor(L / k) + 1) (R + c k) / sum_L L``

    and ``k`` is the length in 1..64 for which it is least. As long as fewer than 32 spans were seen it is 20, the
    paper's. Lengths depend on the clock: under sampling, two runs with one seed draw different tokens.
    """

    def __init__(self) -> None:
        self.tokens = _FIRST
        self._spans: deque[int] = deque(maxlen=_REMEMBERED)
        self._requests: deque[tuple[int, float]] = deque(maxlen=_REMEMBERED)
        self._news = 0

    def span(self, tokens: int) -> None:
        """Note the span, and choose anew from time to time."""
        self._spans.append(tokens)
        self._news += 1
        if len(self._spans) >= _LEAST_SPANS and self._news >= _INTERVAL // 2:
            self._news = 0
            self.tokens = self._best()

    def request(self, tokens: int, seconds: float) -> None:
        """Note the request."""
        self._requests.append((tokens, seconds))

    def _best(self) -> int:
        made, seconds = np.array(self._requests, dtype=np.float64).T if self._requests else np.zeros((2, 0))
        if np.unique(made).size < 2:
            # One length alone does not tell a request's cost from a token's: try another beside it.
            return max(1, self.tokens // 2) if made.size else self.tokens
        per_token, per_request = np.polyfit(made, seconds, 1)
        lengths = np.arange(1, LONGEST + 1)
        costs = max(per_request, 0.0) + max(per_token, 1e-9) * lengths
        spans = np.array(self._spans)
        requests = (spans[:, None] // lengths + 1).sum(axis=0)
        return int(lengths[np.argmin(requests * costs)])
