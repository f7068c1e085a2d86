import numpy as np
import pytest

from detectors.calibration import Calibration
from detectors.features import BITS, CONTEXT, features, word_features
from detectors.logistic import LogisticDetector
from detectors.spans import words


def single_word_detector(word, weight=4.0, **options):
    return LogisticDetector(word_features([word]), np.array([weight], np.float32), bias=-2.0, **options)


def test_the_weight_of_a_word_decides():
    text = "Hmm 3 HMM x"
    detector = single_word_detector("hmm")
    assert [text[span.start : span.end] for span in detector.spans(text)] == ["Hmm", "HMM"]
    assert detector.probabilities(text) == pytest.approx([1 / (1 + np.exp(-2)), 1 / (1 + np.exp(2))] * 2)
    assert detector.word_weights(["hmm", "x"]) == {"hmm": 4.0, "x": 0.0}


def test_the_threshold_decides():
    assert single_word_detector("hmm", threshold=0.95).spans("hmm") == []


def test_a_text_without_words_has_no_spans():
    assert single_word_detector("hmm").spans(" \n") == []
    assert single_word_detector("hmm").probabilities("") == []


def test_features_tell_lines_neighbours_and_lookahead_apart():
    def row(text, index, lookahead=0):
        return features(text, words(text), lookahead)[index].tolist()

    assert row("a so", 1) != row("a\nso", 1)
    assert row("a so", 1) != row("b so", 1)
    assert row("so a", 0) == row("so b", 0)
    assert row("so a", 0, 1) != row("so b", 0, 1)
    assert row("so\na", 0, 1) == row("so\nb", 0, 1)
    assert len(row("so a", 0, 2)) > len(row("so a", 0, 1)) > len(row("so a", 0))


def test_features_do_not_depend_on_where_the_text_began():
    text = "We check the sum of all of these long lists, then we go on and check it again: so the sum is 12 or so."
    parts = words(text)
    later = text[parts[3].start :]
    rows, later_rows = features(text, parts), features(later, words(later))
    assert np.array_equal(rows[3 + CONTEXT :], later_rows[CONTEXT:])


def test_reasons_weigh_what_sets_a_word_apart():
    hmm, other = single_word_detector("hmm").reasons("Hmm x")
    assert [(reason.name, reason.weight) for reason in hmm] == [("word = 'hmm'", 4.0)]
    assert other == []
    usual = np.zeros(features("a", words("a")).shape[1], np.float32)
    usual[0] = 1.5
    hmm, other = single_word_detector("hmm", usual=usual).reasons("Hmm x")
    assert [(reason.name, reason.weight) for reason in hmm + other] == [("word = 'hmm'", 2.5), ("word = 'x'", -1.5)]
    assert single_word_detector("hmm").reasons(" ") == []


def test_reasons_and_the_average_word_add_up_to_the_log_odds():
    text = "Wait, let me see"
    parts = words(text)
    buckets = np.unique(features(text, parts))
    weights = np.random.default_rng(1).normal(0, 0.2, len(buckets)).astype(np.float32)
    usual = np.full(features(text, parts).shape[1], 0.05, np.float32)
    detector = LogisticDetector(buckets, weights, bias=-1.0, usual=usual)
    for reasons, probability in zip(detector.reasons(text), detector.probabilities(text), strict=True):
        log_odds = -1.0 + usual.sum() + sum(reason.weight for reason in reasons)
        assert 1 / (1 + np.exp(-log_odds)) == pytest.approx(probability, abs=1e-5)


def test_a_calibration_is_applied_and_kept():
    detector = single_word_detector("hmm", calibration=Calibration(bias=-3.0))
    assert detector.probabilities("hmm") == pytest.approx([1 / (1 + np.exp(1))])
    again = LogisticDetector.from_state(detector.state())
    assert again.calibration == detector.calibration
    assert again.probabilities("hmm") == detector.probabilities("hmm")


def test_familiar_words_are_kept():
    detector = single_word_detector("hmm", familiar=["let", "me"])
    assert LogisticDetector.from_state(detector.state()).familiar == {"let", "me"}


@pytest.mark.parametrize(
    ("buckets", "weights", "options", "message"),
    [
        ([1, 2], [1.0], {}, "do not fit"),
        ([1 << BITS], [1.0], {}, "below"),
        ([1], [1.0], {"threshold": 1.0}, "threshold"),
        ([1], [1.0], {"lookahead": -1}, "lookahead"),
    ],
)
def test_senseless_weights_are_refused(buckets, weights, options, message):
    with pytest.raises(ValueError, match=message):
        LogisticDetector(np.array(buckets, np.uint32), np.array(weights, np.float32), bias=0.0, **options)
