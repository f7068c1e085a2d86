"""How long traces are, and the spans in them."""

import numpy as np
from numpy.typing import NDArray

from benchmarks.simulation.parameters import Workload
from tessy.trace import Role

_BATCH = 4096

Observed = dict[Role, NDArray[np.float64]]
"""For each role, lengths of spans that were seen, in any unit."""


class SpanLengths:
    """Draws the spans' lengths, in tokens.

    Parameters
    ----------
    workload
        Says the means.
    random
        Where chance comes from.
    observed
        Lengths to draw from instead, scaled to the workload's means.
    """

    def __init__(
        self,
        workload: Workload,
        random: np.random.Generator,
        observed: Observed | None = None,
    ) -> None:
        self._workload = workload
        self._random = random
        self._observed = observed
        self._drawn: dict[Role, list[int]] = {role: [] for role in Role}

    def draw(self, role: Role) -> int:
        """Return the length of a role's next span, at least 1."""
        drawn = self._drawn[role]
        if not drawn:
            drawn.extend(self._draw_many(role).tolist())
        return drawn.pop()

    def _draw_many(self, role: Role) -> NDArray[np.int64]:
        mean = self._workload.span(role)
        if self._observed is None:
            drawn: NDArray[np.int64] = self._random.geometric(1.0 / max(mean, 1.0), _BATCH)
            return drawn
        lengths = self._random.choice(self._observed[role], _BATCH)
        scaled = np.rint(lengths * (mean / self._observed[role].mean()))
        return np.asarray(np.maximum(1, scaled), np.int64)


def trace_lengths(workload: Workload, count: int, random: np.random.Generator) -> NDArray[np.int64]:
    """Draw the thinking tokens of so many traces.

    Log-normal by quantiles in random order, so that few traces have the mean and the spread of many.

    Returns
    -------
    int64[count]
    """
    if workload.spread == 0:
        return np.full(count, min(workload.tokens, workload.longest), np.int64)
    from scipy.stats import norm

    sigma = np.sqrt(np.log1p(workload.spread**2))
    quantiles = norm.ppf((np.arange(count) + 0.5) / count)
    lengths = workload.tokens * np.exp(sigma * quantiles - sigma**2 / 2)
    return random.permutation(np.clip(np.rint(lengths), 1, workload.longest).astype(np.int64))
