import pytest

from analysis.plots import COLUMN
from analysis.plots.intervals import plot_intervals


def test_long_names_take_a_second_line_and_the_width_stays():
    long = "a detector of a very long name indeed"
    figure = plot_intervals(["lexicon", long], [0.8, 0.7], [(0.7, 0.9), (0.6, 0.8)])
    assert figure.get_size_inches()[0] == COLUMN
    labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert labels[0] == "lexicon"
    assert labels[1].count("\n") == 1


def test_an_interval_need_not_hold_its_score():
    (axes,) = plot_intervals(["$x$", "y"], [0.95, 0.5], [(0.8, 0.9), (0.6, 0.7)]).axes
    segments = [bars[2][0].get_segments()[0] for bars in axes.containers]
    low, high = zip(*[(segment[0][0], segment[1][0]) for segment in segments], strict=True)
    assert low == pytest.approx((0.8, 0.5))
    assert high == pytest.approx((0.95, 0.7))
    assert [label.get_text() for label in axes.get_yticklabels()] == ["$x$", "y"]
