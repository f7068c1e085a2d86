"""Figures whose lines are made of the caller's arrays: losses, precision and recall, style along the trace."""

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, precision_recall_curve

from analysis.measures.estimate import Estimate
from analysis.plots import plot_losses, plot_precision_recall, plot_style_share


def key(figure):
    return [text.get_text() for text in figure.axes[0].get_legend().get_texts()]


def test_a_loss_curve_is_the_moving_mean_of_its_records():
    figure = plot_losses({"run": ([1, 2, 3, 4], [4.0, np.nan, 2.0, 0.0])}, smooth=3)
    faint, strong = figure.axes[0].lines
    np.testing.assert_array_equal(faint.get_ydata(), [4, np.nan, 2, 0])
    np.testing.assert_allclose(strong.get_ydata(), [4, np.nan, 1, 1])


def test_losses_that_cannot_be_drawn_are_told():
    with pytest.raises(ValueError, match="'run' has 2 steps but 1 losses"):
        plot_losses({"run": ([1, 2], [1.0])})
    with pytest.raises(ValueError, match="smooth"):
        plot_losses({}, smooth=0)
    assert plot_losses({"empty": ([], [])}).axes


def test_the_key_has_the_average_precision_of_scikit_learn():
    chance = np.random.default_rng(0)
    style = chance.random(5000) < 0.3
    likely = np.clip(style * 0.3 + chance.random(5000) * 0.7, 0, 1)
    figure = plot_precision_recall({"one": precision_recall_curve(style, likely)[:2]}, share=0.3)
    assert key(figure) == [f"one ({average_precision_score(style, likely):.3f})"]
    curve = max(figure.axes[0].lines, key=lambda line: len(line.get_xdata()))
    assert 100 < len(curve.get_xdata()) <= 400
    assert (curve.get_xdata()[0], curve.get_xdata()[-1]) == (1, 0)


def test_curves_of_unequal_length_are_told():
    with pytest.raises(ValueError, match="'one' has 1 values of precision but 2 of recall"):
        plot_precision_recall({"one": ([1.0], [1.0, 0.0])})


def test_style_lies_in_the_middle_of_its_part_with_its_interval():
    shares = {"a": [0.1, 0.3], "b": [Estimate(0.2, 0.1, 0.4), Estimate(0.2, 0.2, 0.2)]}
    (axes,) = plot_style_share(shares).axes
    first, second = axes.lines
    assert first.get_xydata().tolist() == [[0.25, 0.1], [0.75, 0.3]]
    assert second.get_ydata().tolist() == [0.2, 0.2]
    (band,) = axes.collections
    assert band.get_paths()[0].get_extents().bounds == pytest.approx((0.25, 0.1, 0.5, 0.3))
