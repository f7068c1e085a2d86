import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.evaluation.counts import BINS, count_prediction
from analysis.evaluation.measures import measures
from analysis.evaluation.predictions import Prediction
from analysis.labels import LabelledText
from detectors.spans import Span, words


def judged(true, probabilities, threshold=0.5):
    """The measures of one text of one-letter words."""
    text = " ".join("a" * len(true))
    label = LabelledText("t", text, tuple(Span(2 * n, 2 * n + 1) for n, style in enumerate(true) if style))
    assert len(words(text)) == len(true)
    counts = count_prediction(label, Prediction(np.array(probabilities, dtype=float), threshold))
    return {name: float(v) for name, v in measures({key: np.array(c) for key, c in counts.items()}).items()}


def test_cuts_by_hand():
    # The student at word 0 goes on to word 3, two too far; the teacher at word 1 stops at once, two words early.
    found = judged([1, 0, 0, 1, 0], [0.9, 0.9, 0.9, 0.2, 0.1])
    assert found["cut.student.exact_cuts"] == 0
    assert found["cut.student.late"] == pytest.approx((2 + 0) / 2)
    assert found["cut.student.early"] == pytest.approx((0 + 1) / 2)
    assert found["cut.teacher.early_cuts"] == pytest.approx(1 / 2)
    assert found["cut.teacher.early"] == pytest.approx((2 + 0) / 2)
    assert found["cut.student.wrong_author"] == pytest.approx(2 / 5 * 1000)
    assert found["cut.teacher.wrong_author"] == 0
    assert found["cut.both.exact_cuts"] == pytest.approx(1 / 4)


def test_calibration_error_by_hand():
    # All words in two ranges: 0.1 with no style, 0.9 with half.
    found = judged([0, 0, 1, 0], [0.1, 0.1, 0.9, 0.9])
    assert found["calibration_error"] == pytest.approx((2 * 0.1 + 2 * 0.4) / 4)


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 1)), min_size=1, max_size=40), st.floats(0.01, 0.99))
def test_every_cut_is_exact_early_or_late_and_every_error_is_in_range(text, threshold):
    true, probabilities = zip(*text, strict=True)
    found = judged(true, probabilities, threshold)
    for writer in ("student", "teacher"):
        shares = [found[f"cut.{writer}.{part}_cuts"] for part in ("exact", "early", "late")]
        assert sum(shares) == pytest.approx(1) or sum(shares) == 0
    assert found["cut.both.wrong_author"] == pytest.approx(
        found["cut.student.wrong_author"] + found["cut.teacher.wrong_author"]
    )
    assert 0 <= found["calibration_error"] <= 1
    # The same with numpy's own histogram as the oracle.
    edges = np.linspace(0, 1, BINS + 1)
    place = np.clip((np.array(probabilities) * BINS).astype(int), 0, BINS - 1)
    gaps = [abs((np.array(probabilities) - np.array(true))[place == b].sum()) for b in range(len(edges) - 1)]
    assert found["calibration_error"] == pytest.approx(sum(gaps) / len(true))
