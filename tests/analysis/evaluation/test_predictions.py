import pytest

from analysis.evaluation.predictions import predict, predict_timed, true_words
from analysis.labels import LabelledText
from detectors.lexicon import LexiconDetector
from detectors.spans import Span

LABEL = LabelledText("a", "So now, 3 + 4. Hmm.", (Span(0, 7), Span(15, 19)))


@pytest.mark.parametrize("threshold", [0.5, 0.0])
def test_a_prediction_makes_the_detectors_own_spans(threshold):
    detector = LexiconDetector({"so now ,": 1, "hmm .": 0.8}, threshold=threshold)
    (found,) = predict(detector, [LABEL])
    assert found.spans(LABEL.text) == detector.spans(LABEL.text)
    assert found.style.tolist() == true_words(LABEL).tolist()


def test_time_is_that_of_all_words(labels):
    detector = LexiconDetector({"so": 1})
    predictions, seconds = predict_timed(detector, labels)
    assert [found.probabilities.tolist() for found in predictions] == [
        found.probabilities.tolist() for found in predict(detector, labels)
    ]
    assert seconds >= 0
    assert predict_timed(detector, []) == ([], pytest.approx(0, abs=10))
