"""A number with the interval in which it would move with other questions of the same kind."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.evaluation.bootstrap import REPLICATES, draw_weights, interval

Statistic = Callable[[NDArray[np.float64]], NDArray[np.float64]]
"""From the weights of the questions, shape (questions,), how often each is drawn, to numbers of shape (k,)."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with its 95 % interval from a bootstrap over questions.

    Attributes
    ----------
    value
        The number, of the questions as they are.
    low, high
        The bounds of the percentile interval: 95 % of the replicates lie between them, before any shift.
    """

    value: float
    low: float
    high: float

    def as_dict(self) -> dict[str, float]:
        """Return the three numbers by name."""
        return {"value": self.value, "low": self.low, "high": self.high}

    def as_json(self) -> dict[str, float | None]:
        """Return the same as JSON can hold it: None for a number that is not defined."""
        return {name: number if np.isfinite(number) else None for name, number in self.as_dict().items()}


def estimate(
    statistic: Statistic,
    questions: int,
    *,
    replicates: int = REPLICATES,
    seed: int = 0,
    centred: bool = False,
    limits: tuple[float, float] = (-np.inf, np.inf),
) -> list[Estimate]:
    """Draw the questions anew with replacement, and give every number of a statistic its interval (Efron 1979).

    Questions are drawn, not texts or words, because what is written on one question is not independent. The same seed
    and the same number of questions draw the same questions: statistics that are to be compared can be estimated one
    after the other, and their difference is then paired. A statistic that returns the difference itself gives the
    interval of the difference.

    Parameters
    ----------
    statistic
        Called with the weights of the questions, float64 of shape (questions,), whole numbers that sum to `questions`;
        returns float64 of shape (k,). With weights of one it gives the values.
    questions
        How many there are. With one question there is nothing to draw, and the interval has no width.
    replicates
        How often to draw.
    seed
        Of the draws.
    centred
        Shift the interval by the difference of the replicates' mean from the value. For statistics that are biased when
        questions are left out, such as divergences of whole vocabularies, whose replicates may all lie on one side.
    limits
        Between which the numbers lie whatever is drawn; a shifted interval ends there.

    Returns
    -------
    list
        One estimate for each of the k numbers. A replicate in which a number is not finite, because the questions drawn
        do not define it, is left out of that number's interval; where none is left, its bounds are NaN.

    Raises
    ------
    ValueError
        When there is no question, or less than one replicate.
    """
    if questions < 1 or replicates < 1:
        raise ValueError(f"a bootstrap needs at least one question and one replicate, got {questions} and {replicates}")
    values = np.atleast_1d(np.asarray(statistic(np.ones(questions)), dtype=np.float64))
    drawn = np.stack(
        [
            np.atleast_1d(np.asarray(statistic(weights), dtype=np.float64))
            for some in draw_weights(questions, replicates, seed)
            for weights in some
        ]
    )
    return [_estimate(value, column, centred, limits) for value, column in zip(values.tolist(), drawn.T, strict=True)]


def _estimate(value: float, drawn: NDArray[np.float64], centred: bool, limits: tuple[float, float]) -> Estimate:
    finite = drawn[np.isfinite(drawn)]
    if not len(finite):
        return Estimate(value, np.nan, np.nan)
    low, high = interval(finite)
    bias = float(finite.mean()) - value if centred else 0.0
    low, high = np.clip([low - bias, high - bias], *limits).tolist()
    return Estimate(value, low, high)
