import pytest

from analysis.evaluation import cross_validate, evaluate
from analysis.fitting import fit_lexicon
from analysis.labels import LabelledText, read_labels
from detectors.errors import DataError
from detectors.spans import Span


@pytest.mark.parametrize("causal", [False, True])
def test_a_fitted_lexicon_finds_the_markers_and_not_their_doubles(labels, causal):
    detector = fit_lexicon(labels, causal=causal)
    assert detector.causal is causal
    assert evaluate(detector, labels).token.f1 > 0.95
    text = "So x is so large. Then, the list then ends."
    assert [text[span.start : span.end] for span in detector.spans(text)] == ["So", "Then,"]


def test_a_fitted_lexicon_learns_exceptions():
    texts = [LabelledText(f"a{n}", "So 3.", (Span(0, 2),)) for n in range(4)]
    texts += [LabelledText(f"b{n}", "So that 3.", ()) for n in range(2)]
    detector = fit_lexicon(texts)
    assert detector.phrases["^.so"] >= 0.5 > detector.phrases["^.so that"]
    assert detector.spans("So that 3.") == []


def test_weights_say_how_often_a_phrase_was_style(labels):
    weights = fit_lexicon(labels).phrases
    assert 0.9 < weights["^.so now ,"] <= 1
    assert "^~the sum" not in weights


def test_fits_are_the_same_every_time(labels):
    assert fit_lexicon(labels).phrases == fit_lexicon(labels).phrases


@pytest.mark.parametrize("text", ["3 + 4", " "])
def test_labels_without_style_are_refused(text):
    with pytest.raises(DataError):
        fit_lexicon([LabelledText("a", text, ())])


def test_the_bar_on_a_part_of_the_shared_spans(shared_data):
    """Two folds on a third of the segments: well below what all of them give, and quick."""
    labels = read_labels(shared_data / "style-spans" / "train.jsonl")[::3]
    assert cross_validate(fit_lexicon, labels, folds=2).token.f1 > 0.75
