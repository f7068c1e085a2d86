import numpy as np
import pytest

from analysis.evaluation.comparison import compare
from analysis.evaluation.judgement import judge
from analysis.evaluation.predictions import Prediction, predict
from analysis.labels import LabelledText
from detectors.lexicon import LexiconDetector


def judged(labels, *phrases):
    return judge(labels, predict(LexiconDetector(dict.fromkeys(phrases, 1.0)), labels))


def test_detectors_are_ranked_with_paired_differences(labels):
    candidates = {"none": judged(labels, "never"), "so": judged(labels, "so"), "more": judged(labels, "so", "then ,")}
    standings = compare(candidates)
    assert [standing.name for standing in standings] == ["more", "so", "none"]
    best, second, last = standings
    assert (best.difference, best.difference_interval) == (0, (0, 0))
    assert second.difference == pytest.approx(
        candidates["so"].values["token.f1"] - candidates["more"].values["token.f1"]
    )
    assert last.difference_interval[0] <= last.difference <= last.difference_interval[1] < 0
    # Paired: the interval of a difference is narrower than two independent ones would make it.
    widths = [np.diff(candidates[name].intervals["token.f1"])[0] for name in ("so", "more")]
    assert np.diff(second.difference_interval)[0] < np.hypot(*widths)


def test_other_texts_are_no_comparison(labels):
    other = [LabelledText("a", "So", ())]
    with pytest.raises(ValueError, match="same texts"):
        compare({"one": judged(labels, "so"), "two": judge(other, [Prediction(np.zeros(1), 0.5)])})
