"""The same detector with a calibration and a threshold of the user's."""

from dataclasses import replace

from detectors.base import Detector
from detectors.calibration import Calibration
from detectors.errors import UsageError


def calibrated(detector: Detector, calibration: Calibration, threshold: float | None = None) -> Detector:
    """Return a detector that finds the same words as likely, but says how likely as `calibration` tells it.

    Parameters
    ----------
    detector
        One whose state's settings hold a ``threshold``, and no ``calibration`` that changes anything yet.
    calibration
        The map of its probabilities.
    threshold
        The least calibrated probability of a style word; None keeps the decisions of `detector`.

    Raises
    ------
    UsageError
        When the detector's kind takes no calibration, it has one already, or the threshold is out of its range.
    """
    state = detector.state()
    if not Calibration.from_settings(state.settings.get("calibration")).is_identity:
        raise UsageError("the detector is calibrated already", advice="calibrate the one it was made from")
    least = calibration.carry(detector.threshold) if threshold is None else threshold
    if not 0 < least < 1:
        raise UsageError(f"the threshold must lie between 0 and 1, got {least}", advice="name one")
    carried = {} if calibration.is_identity else {"calibration": calibration.as_settings()}
    settings = {**state.settings, **carried, "threshold": least}
    made = type(detector).from_state(replace(state, settings=settings))
    if Calibration.from_settings(made.state().settings.get("calibration")) != calibration:
        raise UsageError(f"a {detector.kind} detector takes no calibration")
    return made
