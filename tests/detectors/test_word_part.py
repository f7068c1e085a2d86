import pytest

from detectors.base import DetectorState
from detectors.word_part import with_word_part, word_part_of
from tests.detectors.conftest import DETECTORS

TEXT = "So, let me check. Wait, maybe 3 + 4 = 7?"


def test_a_word_part_comes_back_beside_what_was_there(tmp_path):
    part = DETECTORS["logistic with look-ahead"]
    weights = part.weights[:3]
    state = with_word_part(DetectorState({"bias": 1.0}, {"weights": weights}, tmp_path), part)
    assert (state.settings["bias"], state.checkpoint) == (1.0, tmp_path)
    assert (state.arrays["weights"] == weights).all()
    assert word_part_of(state).probabilities(TEXT) == part.probabilities(TEXT)


def test_without_one_nothing_changes():
    state = DetectorState({"bias": 1.0})
    assert with_word_part(state, None) is state
    assert word_part_of(state) is None


def test_a_part_whose_arrays_are_gone_is_refused():
    state = with_word_part(DetectorState({}), DETECTORS["logistic"])
    with pytest.raises(KeyError):
        word_part_of(DetectorState(state.settings))
