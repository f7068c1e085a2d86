"""A boundary predictor in whose decisions a logistic detector over the words has a say."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors import store
from detectors.alignment import Alignment
from detectors.base import DetectorState
from detectors.calibrated import calibrated
from detectors.calibration import Calibration
from detectors.classifier import ClassifierDetector
from detectors.errors import DetectorFolderError
from detectors.spans import words
from tests.support.classifiers import TEXT, tiny_checkpoint
from tests.support.probes import random_words

ALIGNMENT = Alignment(shift=-1, stride=12, after=2)
AHEAD = 3
pieces = st.sampled_from(["Okay,", "so", "the", "sum", "3", "+", "7.", "Wait,", "f(17)", "\n", "é?", "!!"])
texts = st.lists(pieces, max_size=40).map(" ".join)


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    return ClassifierDetector.from_checkpoint(
        tiny_checkpoint(tmp_path_factory.mktemp("checkpoint"), **ALIGNMENT.as_fields())
    )


@pytest.fixture(scope="module")
def words_alone():
    return random_words(AHEAD)


@pytest.fixture(scope="module")
def joined(alone, words_alone):
    return alone.joined(words_alone, 0.3)


def log_odds(detector, text):
    """Return the log-odds of the words; none counts as surer than 1 in 10,000."""
    found = np.clip(detector.probabilities(text), 1e-4, 1 - 1e-4)
    return np.log(found / (1 - found))


@settings(max_examples=30)
@given(text=texts)
def test_the_log_odds_are_the_mean_by_share(alone, words_alone, joined, text):
    expected = 0.7 * log_odds(alone, text) + 0.3 * log_odds(words_alone, text)
    np.testing.assert_allclose(log_odds(joined, text), expected, atol=1e-4)


def test_a_share_of_nothing_and_of_everything(alone, words_alone):
    for share, same in ((0, alone), (1, words_alone)):
        np.testing.assert_allclose(log_odds(alone.joined(words_alone, share), TEXT), log_odds(same, TEXT), atol=1e-4)


def test_neither_part_can_overrule_the_other(alone):
    sure = random_words(0)
    sure.bias = 1e4
    found = np.asarray(alone.joined(sure).probabilities(TEXT))
    assert found.max() < 1
    assert found.min() > 0.9


def test_many_texts_are_read_as_one_by_one(joined):
    many = [TEXT * 3, "", "Hmm.", "  \n"]
    for text, found in zip(many, joined.probabilities_many(many), strict=True):
        np.testing.assert_allclose(found, joined.probabilities(text), atol=1e-4)


def test_it_reads_as_far_as_its_further_part(alone, words_alone, joined):
    assert (alone.lookahead, words_alone.lookahead, joined.lookahead) == (1, AHEAD, AHEAD)
    assert joined.context == max(alone.context, words_alone.context)
    assert joined.settled(TEXT) == min(alone.settled(TEXT), words_alone.settled(TEXT)) < len(TEXT)


@settings(max_examples=30)
@given(text=texts, more=texts)
def test_what_is_settled_no_further_word_changes(joined, text, more):
    settled = joined.settled(text)
    assert 0 <= settled <= len(text)
    count = sum(word.end <= settled for word in words(text))
    after = joined.probabilities(f"{text} {more}")[:count]
    np.testing.assert_allclose(joined.probabilities(text)[:count], after, atol=1e-4)


def test_it_is_saved_and_loaded_with_its_words(joined, tmp_path):
    folder = store.save(joined, tmp_path / "predictor")
    again = store.load(folder)
    assert (again.share, again.lookahead) == (0.3, AHEAD)
    np.testing.assert_allclose(again.probabilities(TEXT), joined.probabilities(TEXT), atol=1e-6)
    assert again.state().settings == joined.state().settings
    assert store.read_card(folder)["features"]["share"] == 0.3


def test_a_changed_word_part_is_not_loaded(joined, tmp_path):
    folder = store.save(joined, tmp_path / "predictor")
    card = (folder / store.CARD).read_text(encoding="utf-8")
    (folder / store.CARD).write_text(card.replace('"share": 0.3', '"share": 0.4'), encoding="utf-8")
    with pytest.raises(DetectorFolderError, match="hash"):
        store.load(folder)


def test_a_state_that_lacks_the_arrays_of_its_words(joined):
    state = joined.state()
    with pytest.raises(KeyError):
        ClassifierDetector.from_state(DetectorState(state.settings, {}, state.checkpoint))


def test_a_calibration_keeps_the_words_and_is_applied_after_them(joined):
    made = calibrated(joined, Calibration(temperature=2.0, bias=0.5))
    assert made.share == 0.3
    np.testing.assert_allclose(log_odds(made, TEXT), log_odds(joined, TEXT) / 2 + 0.5, atol=1e-4)
    assert [(span.start, span.end) for span in made.spans(TEXT)] == [
        (span.start, span.end) for span in joined.spans(TEXT)
    ]


def test_a_server_runs_the_checkpoint_and_not_the_words(joined, monkeypatch):
    there = joined.served_by("http://server")

    class Sure:
        """Finds every token style."""

        def style(self, sequences):
            return [np.full(len(sequence), 0.9) for sequence in sequences]

    monkeypatch.setattr("detectors.serving.ServedClassifier", lambda url, style: {"http://server": Sure()}[url])
    assert there.word_part is joined.word_part
    assert there.state() == joined.state()
    expected = 0.7 * np.log(9) + 0.3 * log_odds(joined.word_part, TEXT)
    np.testing.assert_allclose(log_odds(there, TEXT), expected, atol=1e-4)


@pytest.mark.parametrize("share", [-0.1, 1.1])
def test_a_share_lies_between_nothing_and_everything(alone, words_alone, share):
    with pytest.raises(ValueError, match="share"):
        alone.joined(words_alone, share)
