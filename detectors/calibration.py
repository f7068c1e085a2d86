"""A detector's own probabilities -> probabilities that mean what they say: a monotone map that is saved with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from detectors.log_odds import FURTHEST, log_odds, probability

_NEARBY = 1e-9
"""How far below a threshold the map must have fallen, or else it is flat there."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """A non-decreasing map of 0..1 onto itself; without arguments it changes nothing.

    With `knots` it is linear between them and constant outside (isotonic regression, Zadrozny & Elkan 2002, KDD).
    Without, it is ``sigmoid(log_odds(p) / temperature + bias)``: temperature scaling (Guo et al. 2017, ICML), and with
    a bias Platt's (1999). A detector's threshold is compared with what comes out, so that it is a probability.

    Parameters
    ----------
    temperature
        What the log-odds are divided by; above 1 for a detector that is too sure of itself.
    bias
        What is then added to the log-odds: a shift of how much is style at all.
    knots
        Pairs (own probability, calibrated probability), both in 0..1, the first rising, the second never falling.

    Raises
    ------
    ValueError
        When the temperature is not positive, the bias not finite, or the knots are not such pairs.
    """

    temperature: float = 1.0
    bias: float = 0.0
    knots: tuple[tuple[float, float], ...] = ()

    def __post_init__(self) -> None:
        if not (np.isfinite(self.temperature) and self.temperature > 0):
            raise ValueError(f"the temperature must be a positive number, got {self.temperature}")
        if not np.isfinite(self.bias):
            raise ValueError(f"the bias must be a finite number, got {self.bias}")
        if not all(0 <= value <= 1 for knot in self.knots for value in knot):
            raise ValueError("the knots of a calibration must lie in 0..1")
        if any(left[0] >= right[0] or left[1] > right[1] for left, right in pairwise(self.knots)):
            raise ValueError("the knots of a calibration must rise")

    def apply(self, probabilities: ArrayLike) -> NDArray[np.float64]:
        """Map probabilities of any shape; returns float64 of that shape, in 0..1."""
        own = np.asarray(probabilities, dtype=np.float64)
        if self.knots:
            places, values = np.asarray(self.knots, dtype=np.float64).T
            return np.asarray(np.interp(own, places, values))
        if self.is_identity:
            return own
        return probability(log_odds(own) / self.temperature + self.bias)

    def carry(self, threshold: float) -> float:
        """Return the threshold for calibrated probabilities that decides as `threshold` did for the detector's own.

        Where the map is flat around it, words on both sides come out equal: the new threshold lies just above them, or
        at 1.
        """
        below, at = self.apply([max(threshold - _NEARBY, 0), threshold])
        return float(np.nextafter(at, 1) if below == at else at)

    def least_log_odds(self, threshold: float) -> float:
        """Return the least log-odds of which `apply` makes a probability that reaches a threshold; infinity for none.

        For all log-odds, to compare them with it says the same as to compare the probability with the threshold.
        """
        low, high = -FURTHEST, FURTHEST
        if self.apply(probability(low)) >= threshold:
            return -np.inf
        if self.apply(probability(high)) < threshold:
            return np.inf
        while low < (middle := (low + high) / 2) < high:
            low, high = (low, middle) if self.apply(probability(middle)) >= threshold else (middle, high)
        return high

    @property
    def is_identity(self) -> bool:
        """Whether nothing is changed."""
        return not self.knots and self.temperature == 1 and self.bias == 0

    def as_settings(self) -> dict[str, Any]:
        """Return what JSON can hold: only what differs from the map that changes nothing."""
        if self.knots:
            return {"knots": [list(knot) for knot in self.knots]}
        return {} if self.is_identity else {"temperature": self.temperature, "bias": self.bias}

    @classmethod
    def from_settings(cls, settings: Mapping[str, Any] | None) -> Self:
        """Make the map that `as_settings` described; None and ``{}`` are the one that changes nothing.

        Raises
        ------
        ValueError
            When the settings hold another key or describe no such map.
        """
        given = dict(settings or {})
        if unknown := given.keys() - {"temperature", "bias", "knots"}:
            raise ValueError(f"not a setting of a calibration: {', '.join(sorted(unknown))}")
        try:
            return cls(
                temperature=float(given.get("temperature", 1.0)),
                bias=float(given.get("bias", 0.0)),
                knots=tuple((float(place), float(value)) for place, value in given.get("knots", ())),
            )
        except TypeError as error:
            raise ValueError(f"not the settings of a calibration: {given!r}") from error
