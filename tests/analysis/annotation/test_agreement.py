import warnings

import krippendorff
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from sklearn.metrics import cohen_kappa_score, f1_score

from analysis.annotation.agreement import agreement, cohen_kappa, krippendorff_alpha, word_values
from analysis.labels import LabelledText
from detectors.errors import DataError
from detectors.spans import Span, words

TEXT = "So 3. Wait, 4. Then 5."
STYLE = (Span(0, 2), Span(6, 11), Span(15, 19))


def labelled(*spans, name="a", text=TEXT):
    return LabelledText(name, text, spans)


@given(st.integers(2, 5), st.integers(1, 40), st.data())
def test_alpha_is_that_of_the_krippendorff_package(annotators, units, data):
    values = data.draw(arrays.arrays(np.int8, (annotators, units), elements=st.integers(-1, 1)))
    paired = values[:, (values >= 0).sum(axis=0) > 1]
    if len({value for value in paired.flat if value >= 0}) < 2:
        assert krippendorff_alpha(values) == 1.0
        return
    ratings = np.where(values < 0, np.nan, values)
    expected = krippendorff.alpha(ratings, value_domain=[0, 1], level_of_measurement="nominal")
    assert krippendorff_alpha(values) == pytest.approx(expected)


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1))
def test_kappa_is_that_of_scikit_learn(pairs):
    first, second = np.array(pairs, dtype=np.int8).T
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = cohen_kappa_score(first, second)
    assert cohen_kappa(first, second) == pytest.approx(1.0 if np.isnan(expected) else expected)


def test_a_known_example_of_alpha():
    """Data of Krippendorff (2011), section A: two observers, two classes, ten units."""
    first, second = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]
    assert krippendorff_alpha(np.array([first, second], dtype=np.int8)) == pytest.approx(0.095, abs=5e-4)


@given(st.data())
def test_token_f1_is_that_of_scikit_learn_and_symmetrical(data):
    parts = words(TEXT)
    chosen = [data.draw(st.sets(st.sampled_from(parts))) for _ in range(2)]
    first, second = (
        labelled(*(Span(word.start, word.end) for word in sorted(some, key=parts.index))) for some in chosen
    )
    report = agreement({"a": [first], "b": [second]})
    flags = [[word in some for word in parts] for some in chosen]
    expected = f1_score(*flags) if any(map(any, flags)) else 1.0
    assert report.token_f1 == pytest.approx(expected)
    assert report.token_f1 == pytest.approx(agreement({"b": [second], "a": [first]}).token_f1)


def test_a_report_compares_every_pair_on_the_texts_both_have():
    one = [labelled(*STYLE), labelled(*STYLE, name="b")]
    two = [labelled(*STYLE[:2], name="b"), labelled(*STYLE)]
    three = [labelled(*STYLE)]
    report = agreement({"one": one, "two": two, "three": three})
    assert [(pair.first, pair.second, pair.texts, pair.words) for pair in report.pairs] == [
        ("one", "two", 2, 20),
        ("one", "three", 1, 10),
        ("two", "three", 1, 10),
    ]
    assert [pair.kappa for pair in report.pairs][1:] == [1.0, 1.0]
    assert report.pairs[0].span_f1 == pytest.approx(2 * 5 / (6 + 5))
    assert 0 < report.alpha < 1
    assert report.as_dict()["pairs"][0]["first"] == "one"


def test_missing_words_are_marked():
    values = word_values({"one": [labelled(*STYLE)], "two": [labelled(name="b", text="So 3")]})
    assert values.tolist() == [[1, 0, 0, 1, 1, 0, 0, 1, 0, 0, -1, -1], [-1] * 10 + [0, 0]]


@pytest.mark.parametrize(
    ("annotations", "message"),
    [
        ({"a": [labelled()]}, "needs two annotators, got 1"),
        ({"a": [labelled()], "b": [labelled(name="b")]}, "a and b have no text in common"),
        ({"a": [labelled()], "b": [labelled(text="So")]}, "the text 'a' of b is not the one"),
    ],
)
def test_what_cannot_be_compared_is_named(annotations, message):
    with pytest.raises(DataError, match=message):
        agreement(annotations)
