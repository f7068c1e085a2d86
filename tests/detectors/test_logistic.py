import numpy as np
import pytest

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
