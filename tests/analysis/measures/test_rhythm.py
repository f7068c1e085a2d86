import math

import pytest

from analysis.measures.rhythm import count_sentences, rhythm, style_along
from detectors.lexicon import LexiconDetector
from detectors.spans import words
from tests.analysis.measures.tables import traces

DETECTOR = LexiconDetector({"^so": 1.0, "wait": 1.0})


@pytest.mark.parametrize(
    ("text", "sentences"), [("", 0), ("So 3", 1), ("So 3. Wait!? Yes\nno.", 4), ("a\n\nb", 2), ("Hmm...", 1)]
)
def test_sentences(text, sentences):
    assert count_sentences(text, words(text)) == sentences


def test_lengths_and_style_by_hand():
    # 6 words and signs of which 2 are style; then 4 words of which none is.
    found = {name: one.value for name, one in rhythm(traces("So 3. Wait 4.", "it is 3."), DETECTOR).items()}
    assert found["words_per_trace"] == 5
    assert found["words_per_sentence"] == pytest.approx(10 / 3)
    assert found["style_share"] == pytest.approx(0.2)
    assert found["style_spans_per_1000_words"] == pytest.approx(200)
    assert found["words_per_style_span"] == 1
    assert found["style_position"] == pytest.approx((0 + 3 / 6) / 2)


def test_without_a_detector_there_is_no_style_and_without_style_no_position():
    assert set(rhythm(traces("So 3."))) == {"words_per_trace", "words_per_sentence"}
    assert math.isnan(rhythm(traces("it is 3."), DETECTOR)["style_position"].value)


def test_style_along_a_trace():
    found = style_along(traces("So 3 is 4", "So 5 is 6"), DETECTOR, parts=2)
    assert [one.value for one in found] == [0.5, 0]
    with pytest.raises(ValueError, match="at least one part"):
        style_along(traces("So"), DETECTOR, parts=0)


def test_no_trace_is_refused():
    with pytest.raises(ValueError, match="no trace to measure"):
        rhythm([])
