import numpy as np

from analysis.evaluation.calibration import Reliability, reliability
from analysis.plots import plot_reliability


def test_dots_lie_where_the_words_are(judgements):
    found = reliability(judgements["many"].sums)
    (axes,) = plot_reliability(found, error=0.123).axes
    (dots,) = axes.collections
    assert dots.get_offsets().tolist() == np.stack([found.probability, found.style], axis=1).tolist()
    assert axes.texts[0].get_text() == "calibration error 0.123"


def test_no_words_no_dots():
    nothing = np.zeros(0)
    assert len(plot_reliability(Reliability(nothing, nothing, nothing)).axes) == 1
