"""How far probabilities can be taken at their word, and fitting the map that makes them so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from analysis.evaluation.counts import BINS
from analysis.evaluation.folds import split_by_question
from analysis.evaluation.predictions import Prediction, true_words
from analysis.labels import LabelledText
from detectors.calibration import Calibration
from detectors.errors import DataError
from detectors.log_odds import log_odds

Method = Literal["temperature", "platt", "isotonic"]
_WIDEST = 4.0
"""The natural logarithm of the highest temperature tried, and of the lowest with a minus."""


@dataclass(frozen=True, slots=True, eq=False)
class Reliability:
    """The words of texts in ranges of equal width by their probability; arrays of shape (ranges with words,).

    Attributes
    ----------
    words
        How many words lie in the range.
    probability
        Their mean probability.
    style
        The share of them that is style.
    """

    words: NDArray[np.float64]
    probability: NDArray[np.float64]
    style: NDArray[np.float64]


def reliability(sums: Mapping[str, NDArray[np.float64]]) -> Reliability:
    """Return what a reliability diagram shows, from the counts of a `analysis.evaluation.judgement.Judgement`."""
    words, probability, style = (
        np.asarray([sums[f"bin{number}_{name}"].sum() for number in range(BINS)])
        for name in ("words", "probability", "style")
    )
    used = words > 0
    return Reliability(words[used], probability[used] / words[used], style[used] / words[used])


def fit_calibration(
    probabilities: NDArray[np.float64], style: NDArray[np.bool_], method: Method = "platt"
) -> Calibration:
    """Fit the map from a detector's probabilities to the share of style words.

    ``temperature`` and ``platt`` find the scale, and the scale and shift, of the log-odds that give the labels the
    highest likelihood; ``isotonic`` finds the non-decreasing map of least squared error, which needs some thousand
    words but assumes no shape. Give probabilities of texts the detector was not fitted to (`evaluation.folds`): on its
    own training texts every detector looks surer than it may be.

    Parameters
    ----------
    probabilities, style
        Shape (words,): how likely each word is style, and whether it is.
    method
        Which map.

    Raises
    ------
    DataError
        When no word is style, or all are.
    """
    if style.all() or not style.any():
        raise DataError("a calibration needs both style words and others", advice="are the spans right?")
    if method == "isotonic":
        return _fit_isotonic(probabilities, style)
    from scipy.optimize import minimize, minimize_scalar

    own = log_odds(probabilities)

    def loss(log_temperature: float, bias: float) -> float:
        scaled = own / np.exp(log_temperature) + bias
        return float(np.mean(np.logaddexp(0, np.where(style, -scaled, scaled))))

    if method == "temperature":
        best = minimize_scalar(lambda value: loss(value, 0.0), bounds=(-_WIDEST, _WIDEST), method="bounded")
        return Calibration(temperature=float(np.exp(best.x)))
    bounds = [(-_WIDEST, _WIDEST), (None, None)]
    best = minimize(lambda values: loss(*values), x0=np.zeros(2), bounds=bounds, method="L-BFGS-B")
    return Calibration(temperature=float(np.exp(best.x[0])), bias=float(best.x[1]))


def _fit_isotonic(probabilities: NDArray[np.float64], style: NDArray[np.bool_]) -> Calibration:
    from sklearn.isotonic import IsotonicRegression

    model = IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip").fit(probabilities, style.astype(np.float64))
    # Rounding in the pooled means must not make the map fall by a last bit.
    values = np.maximum.accumulate(np.clip(model.y_thresholds_, 0, 1))
    return Calibration(knots=tuple(zip(model.X_thresholds_.tolist(), values.tolist(), strict=True)))


def calibrate(
    labels: Sequence[LabelledText], predictions: Sequence[Prediction], method: Method = "platt"
) -> Calibration:
    """Fit the map for what a detector says of labelled texts, best out of fold; see `fit_calibration`.

    Raises
    ------
    DataError
        When no word is style, or all are.
    """
    return fit_calibration(
        np.concatenate([np.zeros(0), *(found.probabilities for found in predictions)]),
        np.concatenate([np.zeros(0, dtype=np.bool_), *map(true_words, labels)]),
        method,
    )


def calibrate_out_of_fold(
    labels: Sequence[LabelledText], predictions: Sequence[Prediction], method: Method = "platt", folds: int = 5
) -> list[Prediction]:
    """Calibrate each prediction by a map fitted to those of other questions: how well a calibration generalises.

    The threshold goes through the same map, so that few decisions change, or none (`Calibration.carry`).

    Raises
    ------
    ValueError
        When the texts answer fewer than two questions.
    DataError
        See `fit_calibration`.
    """
    parts = split_by_question(labels, folds)
    if len(parts) < 2:
        raise ValueError("calibrating out of fold needs texts of at least two questions")
    calibrated = list(predictions)
    for part in parts:
        others = sorted(set(range(len(labels))).difference(part))
        calibration = calibrate([labels[index] for index in others], [predictions[index] for index in others], method)
        for index in part:
            own = predictions[index]
            calibrated[index] = Prediction(calibration.apply(own.probabilities), calibration.carry(own.threshold))
    return calibrated
