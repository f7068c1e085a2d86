from pathlib import Path

import pytest

from analysis.evaluation import evaluate
from analysis.fitting.kind import Kind, Target
from analysis.fitting.plan import Plan
from analysis.fitting.training_settings import TrainingSettings
from detectors.errors import UsageError
from detectors.probe import TARGETS
from tests.support.classifiers import tiny_llama


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return str(tiny_llama(tmp_path_factory.mktemp("model")))


def fitted(plan, labels):
    with plan.fitter(labels) as fit:
        return fit(labels)


@pytest.mark.parametrize(
    ("given", "lookahead"),
    [
        ({"kind": Kind.LEXICON, "causal": True}, 0),
        ({"kind": Kind.LOGISTIC}, 0),
        ({"kind": Kind.LOGISTIC, "lookahead": 2}, 2),
        ({"kind": Kind.PROBE}, 2),
        ({"kind": Kind.PROBE, "lookahead": 1}, 1),
        ({"kind": Kind.PROBE, "causal": True}, 0),
        ({"kind": Kind.PROBE, "target": Target.NEXT}, 0),
        ({"kind": Kind.CLASSIFIER}, 6),
        ({"kind": Kind.CLASSIFIER, "lookahead": 1}, 1),
        ({"kind": Kind.CLASSIFIER, "causal": True}, 0),
    ],
    ids=str,
)
def test_a_plan_fits_its_kind_with_its_look_ahead(model, labels, tmp_path, given, lookahead):
    plan = Plan(model=model, work=tmp_path, threshold=0.35, training=TrainingSettings(epochs=1), **given)
    detector = fitted(plan, labels[:30])
    assert (detector.kind, detector.lookahead, detector.threshold) == (given["kind"].value, lookahead, 0.35)
    if given["kind"].has_model and plan.target is Target.CURRENT:
        assert detector.word_part.lookahead == min(2, lookahead)


def test_words_have_a_say_only_where_they_are_asked(model, labels, tmp_path):
    for kind in (Kind.PROBE, Kind.CLASSIFIER):
        plan = Plan(kind, model=model, work=tmp_path, with_words=False, training=TrainingSettings(epochs=1))
        assert fitted(plan, labels[:30]).word_part is None


def test_words_teach_a_predictor_what_its_training_has_not(model, labels, tmp_path):
    training = TrainingSettings(epochs=1)
    scores = [
        evaluate(fitted(Plan(Kind.CLASSIFIER, model=model, work=tmp_path, training=training, **given), labels), labels)
        for given in ({"with_words": False}, {})
    ]
    assert scores[1].token.f1 > max(0.9, scores[0].token.f1)


def test_one_extraction_of_states_serves_every_part_of_the_texts(model, labels, monkeypatch):
    from detectors.hidden_states import HiddenStates

    read, texts_read = HiddenStates.read, []

    def counting(source, texts):
        texts_read.extend(texts)
        return read(source, texts)

    monkeypatch.setattr(HiddenStates, "read", counting)
    with Plan(Kind.PROBE, model=model, layers=(2, 0, 2)).fitter(labels) as fit:
        assert fit(labels[:40]).source.layers == fit(labels[20:]).source.layers == (0, 2)
    assert sorted(texts_read) == sorted({label.text for label in labels})


def test_a_model_of_few_layers_is_trained_with_all_of_them(model, labels, tmp_path):
    plan = Plan(Kind.CLASSIFIER, model=model, work=tmp_path, with_words=False, training=TrainingSettings(epochs=1))
    assert fitted(plan, labels[:20]).state().settings["layers"] == 2


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"kind": Kind.LEXICON, "lookahead": 1}, "not for a lexicon"),
        ({"kind": Kind.LOGISTIC, "lookahead": 1, "causal": True}, "no look-ahead, not 1"),
        ({"kind": Kind.LOGISTIC, "layers": (1,)}, "--layer is for a probe, not for a logistic"),
        ({"kind": Kind.CLASSIFIER, "target": Target.NEXT}, "--target next is for a probe"),
        ({"kind": Kind.PROBE, "target": Target.NEXT, "lookahead": 1}, "no look-ahead"),
    ],
)
def test_settings_that_contradict_each_other(given, message):
    with pytest.raises(UsageError, match=message):
        Plan(**given)


@pytest.mark.parametrize("kind", [Kind.PROBE, Kind.CLASSIFIER])
def test_a_folder_without_a_model(labels, tmp_path, kind):
    with (
        pytest.raises(UsageError, match="cannot be read as a language model"),
        Plan(kind, model=str(tmp_path)).fitter(labels) as fit,
    ):
        fit(labels)
    assert not Path("work").exists()


def test_the_targets_are_those_of_a_probe():
    assert tuple(Target) == TARGETS
