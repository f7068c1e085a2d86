import json

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from detectors.calibration import Calibration
from detectors.log_odds import probability

SHARES = st.floats(0, 1)
KNOTS = st.lists(st.tuples(SHARES, SHARES), min_size=1, max_size=8).map(
    lambda pairs: tuple(
        zip(sorted(places := {place for place, _ in pairs}), sorted(v for _, v in pairs)[: len(places)], strict=True)
    )
)
MAPS = st.one_of(
    st.builds(Calibration, temperature=st.floats(0.05, 20), bias=st.floats(-9, 9)), st.builds(Calibration, knots=KNOTS)
)


@given(MAPS, st.lists(SHARES, max_size=30))
def test_a_map_never_falls_and_stays_in_its_range(calibration, values):
    mapped = calibration.apply(sorted(values))
    assert ((mapped >= 0) & (mapped <= 1)).all()
    assert (np.diff(mapped) >= 0).all()
    assert mapped.dtype == np.float64


@given(MAPS)
def test_settings_survive_json(calibration):
    assert Calibration.from_settings(json.loads(json.dumps(calibration.as_settings()))) == calibration


def test_values_by_hand():
    assert Calibration().apply([0.0, 0.3, 1.0]).tolist() == [0.0, 0.3, 1.0]
    assert Calibration(temperature=2).apply([0.5, 0.9]) == pytest.approx([0.5, 0.75])  # the odds 9 become 3
    assert Calibration(bias=np.log(3)).apply([0.5]) == pytest.approx([0.75])
    assert Calibration(knots=((0.2, 0.1), (0.6, 0.5))).apply([0.0, 0.4, 0.9]) == pytest.approx([0.1, 0.3, 0.5])
    assert Calibration(temperature=0.01).apply([0.0, 1.0]) == pytest.approx([0, 1])
    assert Calibration().apply(np.zeros((2, 3))).shape == (2, 3)


@given(MAPS, st.floats(0.02, 0.98), st.lists(SHARES, max_size=30))
def test_a_carried_threshold_marks_no_word_more_and_where_the_map_rises_none_less(calibration, threshold, values):
    assume(calibration.apply(threshold) < 1)  # nothing lies above 1
    before, after = np.array(values) >= threshold, calibration.apply(values) >= calibration.carry(threshold)
    clear = np.abs(np.array(values) - threshold) > 1e-6
    assert not (after & ~before)[clear].any()
    if not calibration.knots and calibration.temperature < 2 and abs(calibration.bias) < 3:
        assert (after == before)[clear].all()


def test_a_threshold_on_a_flat_piece_lies_just_above_it():
    calibration = Calibration(knots=((0.0, 0.2), (0.5, 0.2), (1.0, 0.9)))
    assert (calibration.apply([0.1, 0.4, 0.6]) >= calibration.carry(0.3)).tolist() == [False, False, True]


def test_what_changes_nothing_needs_no_settings():
    assert Calibration().is_identity
    assert Calibration().as_settings() == {}
    assert Calibration.from_settings(None) == Calibration.from_settings({}) == Calibration()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"temperature": 0}, "positive"),
        ({"temperature": float("nan")}, "positive"),
        ({"bias": float("inf")}, "finite"),
        ({"knots": [[0.5, 2]]}, "0..1"),
        ({"knots": [[0.5, 0.5], [0.4, 0.6]]}, "rise"),
        ({"knots": [[0.4, 0.5], [0.5, 0.4]]}, "rise"),
        ({"knots": 3}, "not the settings"),
        ({"knots": [3]}, "not the settings"),
        ({"slope": 1}, "slope"),
    ],
)
def test_what_is_no_map_is_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        Calibration.from_settings(settings)


@given(st.one_of(st.just(Calibration()), MAPS), st.floats(0.001, 0.999), st.lists(st.floats(-80, 80), max_size=20))
def test_log_odds_say_what_probabilities_say(calibration, threshold, values):
    least = calibration.least_log_odds(threshold)
    near = [value for value in (least, np.nextafter(least, -100), np.nextafter(least, 100)) if np.isfinite(value)]
    for value in (*values, *near):
        assert (value >= least) == (calibration.apply(probability(value)) >= threshold)


def test_log_odds_where_a_map_reaches_a_threshold_nowhere_or_always():
    flat = Calibration(knots=((0.0, 0.3), (1.0, 0.4)))
    assert flat.least_log_odds(0.5) == np.inf
    assert flat.least_log_odds(0.2) == -np.inf
