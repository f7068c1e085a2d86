import pytest

from analysis.plots import COLUMN
from analysis.plots.intervals import plot_intervals


@pytest.mark.parametrize(("name", "wider"), [("lexicon", False), ("a detector of a very long name", True)])
def test_long_names_get_room(name, wider):
    figure = plot_intervals([name], [0.8], [(0.7, 0.9)])
    assert (figure.get_size_inches()[0] > COLUMN) == wider


def test_an_interval_need_not_hold_its_score():
    (axes,) = plot_intervals(["$x$", "y"], [0.95, 0.5], [(0.8, 0.9), (0.6, 0.7)]).axes
    (bars,) = axes.containers
    low, high = zip(*[(segment[0][0], segment[1][0]) for segment in bars[2][0].get_segments()], strict=True)
    assert low == pytest.approx((0.8, 0.5))
    assert high == pytest.approx((0.95, 0.7))
    assert [label.get_text() for label in axes.get_yticklabels()] == ["$x$", "y"]
