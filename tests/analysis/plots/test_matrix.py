import numpy as np
import pytest

from analysis.measures.estimate import Estimate
from analysis.plots import plot_similarity, plot_word_rates


def texts(figure):
    return [text.get_text() for text in figure.axes[0].texts]


def test_rates_stand_in_their_cells_and_signs_in_quotation_marks():
    figure = plot_word_rates({"a": {"so": 12.34, ",": 0.0}, "b": {"so": 0.567, "x": 123.4}})
    assert texts(figure) == ["12.3", "0.57", "0", "123"]
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == ["so", "“,”", "x"]
    assert texts(plot_word_rates({"a": {"so": 1.0, "x": 2.0}}, terms=["x"])) == ["2.00"]


def test_intervals_stand_below_numbers_where_there_is_room():
    pairs = {("a", "b"): Estimate(0.5, 0.4, 0.6), ("a", "a"): Estimate(1, 1, 1), ("b", "b"): Estimate(1, 1, 1)}
    assert texts(plot_similarity(pairs, width=5.0)) == ["1.000", "0.500\n0.400–0.600", "0.500\n0.400–0.600", "1.000"]
    assert texts(plot_similarity(pairs, width=1.2)) == ["1.000", "0.500", "0.500", "1.000"]


def test_a_bar_of_colours_stands_in_for_numbers_that_find_no_room():
    names = [f"model {number}" for number in range(24)]
    figure = plot_similarity({(one, two): 0.9 for one in names for two in names}, width=2.65)
    assert not texts(figure)
    assert len(figure.axes) == 2


@pytest.mark.parametrize("rates", [{}, {"a": {}}, {"a": {"x": np.nan}}])
def test_nothing_to_draw_is_drawn(rates):
    assert not texts(plot_word_rates(rates))
