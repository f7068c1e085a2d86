from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.base import DetectorState
from detectors.calibrated import calibrated
from detectors.calibration import Calibration
from detectors.errors import UsageError
from detectors.lexicon import LexiconDetector

NO_CHANGE = Calibration()


@dataclass(frozen=True)
class Sayer:
    """Says of every text what it was made with, calibrated."""

    own: tuple[float, ...]
    threshold: float = 0.5
    calibration: Calibration = NO_CHANGE

    kind = "sayer"

    def probabilities(self, text):
        return self.calibration.apply(self.own).tolist()

    def state(self):
        settings = {"own": self.own, "threshold": self.threshold, "calibration": self.calibration.as_settings()}
        return DetectorState(settings)

    @classmethod
    def from_state(cls, state):
        settings = state.settings
        return cls(settings["own"], settings["threshold"], Calibration.from_settings(settings["calibration"]))


@given(st.lists(st.floats(0.01, 0.99), max_size=20).map(tuple), st.floats(0.05, 0.95), st.floats(0.3, 3))
def test_decisions_stay_unless_a_threshold_is_named(own, threshold, temperature):
    detector = Sayer(own, threshold)
    made = calibrated(detector, Calibration(temperature=temperature, bias=0.5))
    for before, after in zip(own, made.probabilities(""), strict=True):
        assert (before >= threshold) == (after >= made.threshold) or abs(before - threshold) < 1e-9
    assert calibrated(detector, Calibration(temperature=temperature), 0.8).threshold == 0.8


def test_a_kind_that_takes_no_calibration_still_takes_a_threshold():
    lexicon = LexiconDetector({"so": 0.9})
    assert calibrated(lexicon, Calibration(), 0.95).spans("so") == []
    assert calibrated(lexicon, Calibration(), 0.9).spans("so") == lexicon.spans("so")


@pytest.mark.parametrize(
    ("detector", "threshold", "message"),
    [
        (Sayer((), calibration=Calibration(temperature=2)), None, "calibrated already"),
        (Sayer(()), 1.0, "must lie between 0 and 1"),
    ],
)
def test_what_cannot_be_is_refused(detector, threshold, message):
    with pytest.raises(UsageError, match=message):
        calibrated(detector, Calibration(temperature=3), threshold)
