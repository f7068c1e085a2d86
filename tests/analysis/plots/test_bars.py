"""Figures of bars and boxes: lengths, token shares, divergences."""

import numpy as np
import pytest

from analysis.measures.estimate import Estimate
from analysis.plots import STUDENT, plot_divergences, plot_lengths, plot_token_shares


def texts(figure):
    return [text.get_text() for text in figure.axes[0].texts]


def test_a_box_holds_the_middle_half_and_the_mean_stands_beside_it():
    (axes,) = (figure := plot_lengths({"student": [0, 10, 20, 30, 1000], "none": []})).axes
    (box,) = axes.patches
    assert (box.get_x(), box.get_width()) == (10, 20)
    assert texts(figure) == ["212", "–"]
    assert axes.get_xscale() == "log"
    assert plot_lengths({"student": [1000, 2000]}).axes[0].get_xscale() == "linear"


def test_shares_add_up_and_are_written_where_they_fit():
    figure = plot_token_shares({"x": {"student": 30, "teacher": 70}, "none": {"student": 0}, "y": {"teacher": 5}})
    assert texts(figure) == ["30.0 %", "70.0 %", "100.0 %", "no tokens"]
    bars = figure.axes[0].patches
    assert [round(bar.get_width(), 3) for bar in bars] == [0.3, 0, 0, 0.7, 0, 1]
    with pytest.raises(ValueError, match="fewer than 0"):
        plot_token_shares({"x": {"student": -1}})


def test_the_noise_floor_is_a_band_below_the_divergences():
    found = {"student": Estimate(0.2, 0.1, 0.3), "b": Estimate(0.4, 0.35, 0.5)}
    figure = plot_divergences(found, floor=Estimate(0.05, 0.04, 0.06))
    (axes,) = figure.axes
    assert texts(figure) == ["0.200", "0.400", "grey: two samples of one writer"]
    (band,) = axes.patches
    assert (band.get_x(), band.get_width()) == pytest.approx((0.04, 0.02))
    assert axes.get_xlim()[0] == 0
    assert axes.lines[0].get_color() == STUDENT


def test_values_that_are_no_numbers_are_a_dash():
    nothing = Estimate(np.nan, np.nan, np.nan)
    assert texts(plot_divergences({"a": nothing, "b": Estimate(0.4, 0.35, 0.5)})) == ["–", "0.400"]
