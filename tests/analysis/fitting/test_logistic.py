import numpy as np
import pytest

from analysis.evaluation import cross_validate, evaluate
from analysis.fitting import examples, fit_logistic
from analysis.labels import LabelledText, read_labels
from detectors.errors import DataError


@pytest.mark.parametrize("lookahead", [0, 2])
def test_a_fitted_logistic_detector_finds_the_markers(labels, lookahead):
    detector = fit_logistic(labels, lookahead=lookahead)
    assert detector.lookahead == lookahead
    assert evaluate(detector, labels).token.f1 > 0.95
    assert detector.weights.dtype == "float32"


def test_fits_are_the_same_every_time(labels):
    one, two = fit_logistic(labels), fit_logistic(labels)
    assert one.bias == two.bias
    assert (one.weights == two.weights).all()


@pytest.mark.parametrize("text", ["3 + 4", " ", ""])
def test_labels_without_style_are_refused(text):
    with pytest.raises(DataError):
        fit_logistic([LabelledText("a", text, ())])


def test_only_weights_that_tell_are_kept(labels):
    detector = fit_logistic(labels)
    assert np.abs(detector.weights).min() >= 0.01
    assert len(detector.weights) < len(np.unique(examples(labels, 0)[0]))


def test_the_usual_of_a_template_is_its_mean_over_the_words(labels):
    detector = fit_logistic(labels)
    hashed, _ = examples(labels, 0, detector.familiar)
    table = dict(zip(detector.buckets.tolist(), detector.weights.tolist(), strict=True))
    first = [table.get(bucket, 0.0) for bucket in hashed[:, 0].tolist()]
    assert detector.usual[0] == pytest.approx(np.mean(first), abs=1e-5)


def test_familiar_words_are_the_seed_lists_unless_given(labels):
    assert "let" in fit_logistic(labels).familiar
    assert fit_logistic(labels, familiar=["also"]).familiar == {"also"}


@pytest.mark.parametrize(("lookahead", "bar"), [(0, 0.78), (2, 0.80)])
def test_the_bar_on_a_part_of_the_shared_spans(shared_data, lookahead, bar):
    """Two folds on a third of the segments: well below what all of them give, and quick."""
    labels = read_labels(shared_data / "style-spans" / "train.jsonl")[::3]
    scores = cross_validate(lambda some: fit_logistic(some, lookahead=lookahead), labels, folds=2)
    assert scores.token.f1 > bar
