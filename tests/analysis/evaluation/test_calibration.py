import numpy as np
import pytest
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

from analysis.evaluation.calibration import calibrate, calibrate_out_of_fold, fit_calibration, reliability
from analysis.evaluation.folds import predict_out_of_fold
from analysis.evaluation.judgement import judge
from analysis.fitting import fit_lexicon
from analysis.labels import LabelledText
from detectors.errors import DataError


def drawn(temperature, bias, count=20_000):
    """Probabilities whose true meaning is known: sigmoid(log-odds / temperature + bias)."""
    random = np.random.default_rng(3)
    log_odds = random.normal(-1, 3, count)
    share = 1 / (1 + np.exp(-(log_odds / temperature + bias)))
    return 1 / (1 + np.exp(-log_odds)), random.random(count) < share, share


def test_the_map_that_was_there_is_found():
    probabilities, style, share = drawn(2.0, 0.5)
    found = fit_calibration(probabilities, style, "platt")
    assert (found.temperature, found.bias) == (pytest.approx(2, abs=0.1), pytest.approx(0.5, abs=0.05))
    assert np.abs(fit_calibration(probabilities, style, "isotonic").apply(probabilities) - share).mean() < 0.02
    probabilities, style, _ = drawn(0.5, 0.0)
    assert fit_calibration(probabilities, style, "temperature").temperature == pytest.approx(0.5, abs=0.02)


def test_platt_is_a_logistic_regression_on_log_odds_and_isotonic_is_scikit_learns():
    probabilities, style, _ = drawn(1.5, -0.3, 3000)
    log_odds = np.log(probabilities / (1 - probabilities))
    model = LogisticRegression(C=np.inf, tol=1e-8).fit(log_odds[:, None], style)
    found = fit_calibration(probabilities, style, "platt")
    assert 1 / found.temperature == pytest.approx(model.coef_[0, 0], abs=1e-3)
    assert found.bias == pytest.approx(model.intercept_[0], abs=1e-3)
    oracle = IsotonicRegression(out_of_bounds="clip").fit(probabilities, style)
    places = np.linspace(0, 1, 101)
    assert fit_calibration(probabilities, style, "isotonic").apply(places) == pytest.approx(oracle.predict(places))


@pytest.mark.parametrize("method", ["temperature", "platt", "isotonic"])
def test_calibrating_out_of_fold_keeps_decisions_and_mends_trust(labels, method):
    predictions = predict_out_of_fold(fit_lexicon, labels)
    calibrated = calibrate_out_of_fold(labels, predictions, method)
    before, after = judge(labels, predictions), judge(labels, calibrated)
    assert after.values["calibration_error"] <= before.values["calibration_error"] + 0.01
    assert after.values["token.f1"] == pytest.approx(before.values["token.f1"], abs=0.02)


def test_reliability_shows_the_ranges_that_hold_words(labels):
    judged = judge(labels, predict_out_of_fold(fit_lexicon, labels))
    found = reliability(judged.sums)
    assert found.words.sum() == judged.words
    assert (np.diff(found.probability) > 0).all()
    error = float((found.words * np.abs(found.probability - found.style)).sum() / found.words.sum())
    assert error == pytest.approx(judged.values["calibration_error"])


def test_labels_of_one_kind_cannot_calibrate():
    with pytest.raises(DataError, match="both style words and others"):
        fit_calibration(np.array([0.2, 0.3]), np.array([False, False]))
    with pytest.raises(DataError, match="both style words and others"):
        calibrate([], [])
    with pytest.raises(ValueError, match="two questions"):
        calibrate_out_of_fold([LabelledText("a", "So", ())], [], "platt")
