from dataclasses import replace

import pytest

from analysis.evaluation import evaluate
from analysis.fitting.classifier import fit_classifier
from analysis.fitting.training_settings import TrainingSettings
from detectors.errors import DataError, UsageError
from tests.analysis.conftest import make_label
from tests.support.classifiers import tiny_llama

SETTINGS = TrainingSettings(
    depth=2, frozen=1, lookahead=2, epochs=6, batch=8, learning_rate=5e-3, held_out=0.2, patience=6, balance=0.5
)


class StopError(Exception):
    pass


@pytest.fixture(scope="module")
def labels():
    return [make_label(number) for number in range(60)]


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return tiny_llama(tmp_path_factory.mktemp("base"))


@pytest.fixture(scope="module")
def trained(base, labels, tmp_path_factory):
    """A detector, what was reported of its training, and its work folder."""
    work, steps = tmp_path_factory.mktemp("work"), []
    detector = fit_classifier(labels, model=base, work=work, settings=SETTINGS, report=steps.append)
    return detector, steps, work


def test_it_learns(trained, labels):
    detector, steps, _ = trained
    assert evaluate(detector, labels).token.f1 > 0.6
    losses = [step.loss for step in steps if step.loss is not None]
    assert losses[-1] < losses[0]
    assert max(step.f1 for step in steps if step.f1 is not None) > 0.5
    assert detector.lookahead == 2


def test_the_checkpoint_is_an_ordinary_folder(trained):
    from transformers import AutoModelForTokenClassification, AutoTokenizer

    from detectors.classifier import ClassifierDetector

    folder = trained[0].checkpoint
    model = AutoModelForTokenClassification.from_pretrained(folder)
    assert model.config.architectures == ["LlamaForTokenClassification"]
    assert model.config.id2label == {0: "capability", 1: "style"}
    assert len(AutoTokenizer.from_pretrained(folder)) == model.config.vocab_size
    again = ClassifierDetector.from_checkpoint(folder)
    assert again.alignment == trained[0].alignment
    assert {path.suffix for path in folder.iterdir()} <= {".json", ".jinja", ".safetensors"}


def test_frozen_layers_are_those_of_the_base(trained, base):
    from safetensors.numpy import load_file

    before, after = load_file(base / "model.safetensors"), load_file(trained[0].checkpoint / "model.safetensors")
    assert (before["model.embed_tokens.weight"] == after["model.embed_tokens.weight"]).all()
    weight = "model.layers.{}.mlp.up_proj.weight"
    assert (before[weight.format(0)] == after[weight.format(0)]).all()
    assert (before[weight.format(1)] != after[weight.format(1)]).any()


def test_only_the_finished_checkpoint_is_left_and_found_again(trained, base, labels):
    detector, _, work = trained
    assert [path.name for path in detector.checkpoint.parent.iterdir()] == ["checkpoint"]
    again = fit_classifier(labels, model=base, work=work, settings=SETTINGS, report=lambda _: pytest.fail("trained"))
    assert again.checkpoint == detector.checkpoint


def test_an_interrupted_training_goes_on_to_the_same_end(trained, base, labels, tmp_path):
    def interrupt(step):
        if step.step == 16:
            raise StopError

    with pytest.raises(StopError):
        fit_classifier(labels, model=base, work=tmp_path, settings=SETTINGS, report=interrupt)
    steps = []
    resumed = fit_classifier(labels, model=base, work=tmp_path, settings=SETTINGS, report=steps.append)
    assert steps[0].step > 6
    text = labels[0].text
    assert resumed.probabilities(text) == pytest.approx(trained[0].probabilities(text), abs=1e-4)


def test_training_is_quiet_deterministic_and_needs_nothing_held_out(base, labels, tmp_path, capfd):
    quick = replace(SETTINGS, epochs=1, held_out=0.0, frozen=0, depth=None)
    found = [
        fit_classifier(labels[:16], model=base, work=tmp_path / name, settings=quick).probabilities(labels[0].text)
        for name in ("a", "b")
    ]
    assert found[0] == found[1]
    assert capfd.readouterr() == ("", "")


def test_training_stops_early(base, labels, tmp_path):
    steps = []
    # So slow that nothing gets better.
    settings = replace(SETTINGS, learning_rate=1e-9, patience=1, epochs=5)
    fit_classifier(labels[:20], model=base, work=tmp_path, settings=settings, report=steps.append)
    assert max(step.step for step in steps) < steps[0].steps


@pytest.mark.parametrize(
    ("changes", "message"),
    [({"depth": 3}, "2 layers"), ({"depth": None, "frozen": 2}, "2 layers")],
)
def test_a_model_with_too_few_layers(base, labels, tmp_path, changes, message):
    with pytest.raises(UsageError, match=message):
        fit_classifier(labels, model=base, work=tmp_path, settings=replace(SETTINGS, **changes))


@pytest.mark.parametrize("wrong", [{"held_out": 0.7}, {"frozen": -1}, {"depth": 4, "frozen": 4}])
def test_settings_that_make_no_sense(wrong):
    with pytest.raises(UsageError):
        TrainingSettings(**wrong)


def test_labels_that_teach_nothing(base, labels, tmp_path):
    with pytest.raises(DataError, match="both style words and others"):
        fit_classifier(
            [replace(labels[0], spans=())], model=base, work=tmp_path, settings=replace(SETTINGS, held_out=0)
        )
    with pytest.raises(DataError, match="questions out"):
        fit_classifier(labels[:1], model=base, work=tmp_path, settings=SETTINGS)


def test_a_model_that_is_none(labels, tmp_path):
    with pytest.raises(UsageError, match="no tokenizer"):
        fit_classifier(labels, model=tmp_path / "nothing", work=tmp_path, settings=SETTINGS)
