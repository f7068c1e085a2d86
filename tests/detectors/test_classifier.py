import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.alignment import Alignment, word_probabilities
from detectors.base import Detector, DetectorState
from detectors.calibration import Calibration
from detectors.classifier import ClassifierDetector
from detectors.encoding import encode
from detectors.errors import DetectorFolderError
from detectors.spans import words
from tests.support.classifiers import TEXT, tiny_checkpoint

ALIGNMENT = Alignment(shift=-3, stride=12, after=2)
pieces = st.sampled_from(["Okay,", "so", "the", "sum", "3", "+", "4", "=", "7.", "Wait,", "f(17)", "\n", "é?", "!!"])
texts = st.lists(pieces, max_size=60).map(" ".join)


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    return tiny_checkpoint(tmp_path_factory.mktemp("checkpoint"), **ALIGNMENT.as_fields())


@pytest.fixture(scope="module")
def detector(checkpoint):
    return ClassifierDetector.from_checkpoint(checkpoint)


def test_it_is_a_detector(detector):
    assert isinstance(detector, Detector)
    assert (detector.kind, detector.context, detector.lookahead) == ("classifier", 24, 3)


def test_it_finds_style_but_not_everywhere(detector):
    text = TEXT * 5
    found = detector.probabilities(text)
    assert len(found) == len(words(text))
    assert all(0 <= value <= 1 for value in found)
    assert 0 < sum(len(span) for span in detector.spans(text)) < len(text)


def test_texts_read_together_are_judged_as_alone(detector):
    many = [TEXT * 4, "", "Hmm.", TEXT, "   \n", "7"]
    for text, found in zip(many, detector.probabilities_many(many), strict=True):
        np.testing.assert_allclose(found, detector.probabilities(text), atol=1e-4)


def test_a_text_of_one_window_is_judged_as_by_one_reading(checkpoint, detector):
    wide = ClassifierDetector(checkpoint, alignment=Alignment(shift=-3, stride=200, after=2))
    short, long = "Okay, let's see. The sum is 7.", TEXT * 5
    np.testing.assert_allclose(detector.probabilities(short), wide.probabilities(short), atol=1e-6)
    assert np.abs(np.subtract(detector.probabilities(long), wide.probabilities(long))).max() > 1e-3


@settings(max_examples=40)
@given(text=texts, more=texts)
def test_what_is_settled_no_further_word_changes(detector, text, more):
    settled = detector.settled(text)
    assert 0 <= settled <= len(text)
    count = sum(word.end <= settled for word in words(text))
    after = detector.probabilities(f"{text} {more}")[:count]
    np.testing.assert_allclose(detector.probabilities(text)[:count], after, atol=1e-4)


def test_all_but_the_look_ahead_and_the_last_piece_is_settled(detector):
    assert detector.settled(TEXT.rstrip()) > len(TEXT) / 2


def test_the_papers_shift_reads_the_decision_on_a_token_before_it(checkpoint):
    import torch
    from transformers import AutoModelForTokenClassification, AutoTokenizer

    released = ClassifierDetector.from_checkpoint(checkpoint, shift=1)
    text = "Okay, let's see. So 3 + 4 = 7."
    encoding = encode(AutoTokenizer.from_pretrained(checkpoint), text)
    model = AutoModelForTokenClassification.from_pretrained(checkpoint).eval()
    style = model(torch.tensor([encoding.token_ids])).logits[0].softmax(-1)[:, 1].detach().numpy()
    expected = word_probabilities(encoding, np.r_[style[0], style[:-1]])
    np.testing.assert_allclose(released.probabilities(text), expected, atol=1e-4)
    assert released.lookahead == 0


def test_its_state_makes_it_again(detector):
    state = detector.state()
    again = ClassifierDetector.from_state(state)
    assert again.state() == state
    assert again.alignment == ALIGNMENT
    assert again.spans(TEXT) == detector.spans(TEXT)
    with pytest.raises(ValueError, match="no checkpoint"):
        ClassifierDetector.from_state(DetectorState(state.settings))


def test_probabilities_are_calibrated(checkpoint, detector):
    calibrated = ClassifierDetector(checkpoint, alignment=ALIGNMENT, calibration=Calibration(bias=1.0))
    assert min(np.subtract(calibrated.probabilities(TEXT), detector.probabilities(TEXT))) > 0
    assert calibrated.state().settings["calibration"] == {"temperature": 1.0, "bias": 1.0}


def test_the_label_of_style_comes_from_the_checkpoint(tmp_path, detector):
    other = ClassifierDetector.from_checkpoint(tiny_checkpoint(tmp_path, style=0, **ALIGNMENT.as_fields()))
    np.testing.assert_allclose(np.add(other.probabilities(TEXT), detector.probabilities(TEXT)), 1.0, atol=1e-4)


def test_bad_arguments(checkpoint, tmp_path):
    with pytest.raises(ValueError, match="threshold"):
        ClassifierDetector(checkpoint, alignment=ALIGNMENT, threshold=1.0)
    with pytest.raises(DetectorFolderError):
        ClassifierDetector(tmp_path, alignment=ALIGNMENT)
