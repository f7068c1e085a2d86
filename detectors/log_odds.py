"""Probabilities and log-odds: two scales of one thing; evidence adds up on the second."""

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

NEAREST: Final = 1e-12
"""How near to 0 and 1 a probability may come before its log-odds are taken."""
FURTHEST: Final = 60.0
"""Log-odds beyond which nothing changes: the exponential stays finite."""


def log_odds(probabilities: ArrayLike, nearest: float = NEAREST) -> NDArray[np.float64]:
    """Return ``ln(p / (1 - p))`` of probabilities of any shape, none taken as nearer to 0 or 1 than `nearest`."""
    inner = np.clip(np.asarray(probabilities, dtype=np.float64), nearest, 1 - nearest)
    return np.asarray(np.log(inner / (1 - inner)))


def probability(log_odds: ArrayLike) -> NDArray[np.float64]:
    """Return ``1 / (1 + exp(-x))`` of log-odds of any shape."""
    return np.asarray(1 / (1 + np.exp(-np.clip(log_odds, -FURTHEST, FURTHEST))))
