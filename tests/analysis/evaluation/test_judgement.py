import json

import numpy as np
import pytest

from analysis.evaluation.groups import Group
from analysis.evaluation.judgement import UNKNOWN, judge
from analysis.evaluation.predictions import Prediction, predict
from analysis.labels import LabelledText
from detectors.errors import DataError
from detectors.lexicon import LexiconDetector
from detectors.spans import Span


def labelled(number, model, question):
    return LabelledText(str(number), "So 3 + 4.", (Span(0, 2),), model=model, question=question)


LABELS = [
    labelled(0, "one", "math:1"),
    labelled(1, "two", "math:1"),
    labelled(2, "two", "code:1"),
    labelled(3, "", "x"),
]
RIGHT, WRONG = LexiconDetector({"so": 1.0}), LexiconDetector({"4 .": 1.0})


@pytest.mark.parametrize(
    ("by", "groups"),
    [
        (None, {}),
        (Group.MODEL, {UNKNOWN: 1, "one": 1, "two": 2}),
        (Group.DOMAIN, {UNKNOWN: 1, "code": 1, "math": 2}),
    ],
)
def test_groups_are_judged_apart(by, groups):
    judged = judge(LABELS, predict(RIGHT, LABELS), by=by)
    assert {name: part.texts for name, part in judged.groups.items()} == groups
    assert (judged.texts, judged.words, judged.questions) == (4, 20, 3)
    assert judged.values["token.f1"] == judged.values["cut.both.exact_cuts"] == 1
    assert judged.intervals["token.f1"] == (1, 1)


def test_a_group_has_its_own_scores():
    predictions = [*predict(RIGHT, LABELS[:2]), *predict(WRONG, LABELS[2:])]
    judged = judge(LABELS, predictions, by=Group.DOMAIN)
    assert judged.groups["math"].values["token.f1"] == 1
    assert judged.groups["code"].values["token.f1"] == 0
    assert 0 < judged.values["token.f1"] < 1
    low, high = judged.intervals["token.f1"]
    assert low < judged.values["token.f1"] < high


def test_it_is_json_and_the_same_for_the_same_seed(labels):
    predictions = predict(LexiconDetector({"so": 1.0}), labels)
    first, second, other = (judge(labels, predictions, by=Group.MODEL, seed=seed).as_dict() for seed in (1, 1, 2))
    assert json.loads(json.dumps(first)) == second
    assert first["token"] == other["token"]
    assert first["intervals"] != other["intervals"]
    assert first["groups"]["m"]["cut"]["student"]["exact_cuts"] == first["cut"]["student"]["exact_cuts"]


def test_what_does_not_fit_is_refused():
    with pytest.raises(DataError, match="no labelled texts"):
        judge([], [])
    with pytest.raises(ValueError, match="2 probabilities for the 5 words of '0'"):
        judge(LABELS[:1], [Prediction(np.zeros(2), 0.5)])
