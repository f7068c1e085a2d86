import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.annotation.agreement import word_values
from analysis.annotation.choices import MergeRule
from analysis.annotation.merging import merge
from analysis.labels import LabelledText
from detectors.errors import DataError
from detectors.spans import Span, words

TEXT = "So wait, let me see. 3 + 4"


def labelled(*spans, name="a"):
    return LabelledText(name, TEXT, tuple(Span(*span) for span in spans), "m", "q")


THREE = {"one": [labelled((0, 8))], "two": [labelled((0, 2), (9, 20))], "three": [labelled((3, 8), (21, 22))]}


@pytest.mark.parametrize(
    ("rule", "spans"),
    [
        (MergeRule.MAJORITY, [(0, 8)]),
        (MergeRule.INTERSECTION, []),
        (MergeRule.UNION, [(0, 20), (21, 22)]),
    ],
)
def test_words_are_counted_and_runs_become_spans(rule, spans):
    [merged] = merge(THREE, rule)
    assert [(span.start, span.end) for span in merged.spans] == spans
    assert (merged.id, merged.model, merged.question) == ("a", "m", "q")


def test_a_majority_of_two_is_both():
    two = {"one": [labelled((0, 8))], "two": [labelled((0, 2))]}
    assert merge(two) == merge(two, MergeRule.INTERSECTION) == [labelled((0, 2))]


def test_texts_that_one_lacks_are_left_out_and_the_order_is_the_first_ones():
    first = [labelled(name="b"), labelled((0, 2)), labelled(name="c")]
    second = [labelled(name="c"), labelled((0, 2)), labelled(name="d")]
    assert merge({"one": first, "two": second}) == [labelled((0, 2)), labelled(name="c")]


def test_nothing_to_merge_is_named():
    with pytest.raises(DataError, match="no annotations to merge"):
        merge({})


@given(st.integers(1, 12), st.sampled_from(MergeRule), st.data())
def test_a_word_is_style_when_enough_annotators_say_so(annotators, rule, data):
    parts = words(TEXT)
    annotations = {
        str(number): [labelled(*(parts[index][1:] for index in sorted(chosen)))]
        for number in range(annotators)
        for chosen in [data.draw(st.sets(st.integers(0, len(parts) - 1)))]
    }
    votes = word_values(annotations).sum(axis=0)
    merged = word_values({"merged": merge(annotations, rule)})[0]
    assert np.array_equal(merged, votes >= rule.least(annotators))
