import json

import pytest

from analysis.evaluation import cross_validate, evaluate, judge, predict
from analysis.fitting import fit_lexicon
from analysis.labels import LabelledText, read_labels
from detectors.lexicon import LexiconDetector
from detectors.spans import Span

TEXT = "So now, 3 + 4. Hmm."
TRUE = (Span(0, 7), Span(15, 19))


def test_evaluate_runs_the_detector():
    assert evaluate(LexiconDetector({"so now ,": 1, "hmm .": 1}), [LabelledText("a", TEXT, TRUE)]).token.f1 == 1


def test_a_judgement_holds_what_scores_hold(labels):
    detector = fit_lexicon(labels[:20])
    scores = json.loads(json.dumps(evaluate(detector, labels).as_dict()))
    judged = judge(labels, predict(detector, labels)).as_dict()
    assert scores.pop("texts") == judged["texts"]
    assert scores.pop("tokens") == judged["tokens"]
    for name, agreement in scores.items():
        assert judged[name] == pytest.approx(agreement)


def test_the_shared_segments_score_what_they_did(shared_data):
    labels = read_labels(shared_data / "style-spans" / "train.jsonl")[::4]
    assert cross_validate(fit_lexicon, labels, folds=3).token.f1 > 0.7
