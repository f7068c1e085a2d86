import pytest

from analysis.corpus import CorpusTrace, read_corpus
from analysis.induction.weak_labelling import weak_labels
from detectors.errors import DataError
from tests.analysis.conftest import write_traces


@pytest.fixture
def corpora(traces):
    return [read_corpus(path) for path in traces]


def test_segments_carry_spans_with_confidence_and_their_question(corpora):
    labels = weak_labels(*corpora, vary=False)
    assert len(labels) == sum(map(len, corpora))
    assert {label.question for label in labels} == {trace.id for trace in corpora[0]}
    style = {label.text[span.start : span.end] for label in labels for span in label.spans}
    assert {"Okay, let's see.", "So", "We need to compute:", "Thus"} <= style
    assert all(0.5 < span.score < 1 for label in labels for span in label.spans)


def test_long_traces_are_cut_at_sentences():
    trace = CorpusTrace("a", "How many?", "So 3 plus 4 is 7. " * 30)
    labels = weak_labels([trace], [trace], length=12, vary=False)
    assert all(label.text.startswith("So") and label.text.endswith(".") for label in labels)
    assert max(len(label.text.split()) for label in labels) < 30


def test_a_sample_is_spread_over_questions_and_the_beginning_of_a_larger_one(corpora):
    small, large = (weak_labels(*corpora, limit=limit, vary=False, seed=3) for limit in (10, 20))
    assert [label.id for label in large[:10]] == [label.id for label in small]
    assert len({label.question for label in large}) == 20


def test_every_segment_comes_again_with_other_markers(corpora):
    labels = weak_labels(*corpora, limit=10, seed=1)
    assert [label.id for label in labels[10:]] == [f"{label.id}~" for label in labels[:10]]
    assert any(left.text != right.text for left, right in zip(labels[:10], labels[10:], strict=True))
    assert labels == weak_labels(*corpora, limit=10, seed=1)


def test_bad_values_and_texts_without_style_are_refused(corpora, tmp_path):
    with pytest.raises(ValueError, match="limit"):
        weak_labels(*corpora, limit=0)
    plain = read_corpus(write_traces(tmp_path / "plain.jsonl", ("3",)))
    with pytest.raises(DataError, match="no style"):
        weak_labels(plain, plain)
