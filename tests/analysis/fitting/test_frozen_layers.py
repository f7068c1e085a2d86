import pytest

from analysis.fitting.frozen_layers import freeze, layers_of, recalled
from analysis.fitting.training_examples import collate, examples
from detectors.alignment import Alignment
from detectors.errors import UsageError
from tests.analysis.conftest import make_label
from tests.support.classifiers import tiny_checkpoint
from tests.tokenizers_for_tests import qwen3


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    return tiny_checkpoint(tmp_path_factory.mktemp("checkpoint"))


@pytest.fixture
def model(checkpoint):
    from transformers import AutoModelForTokenClassification

    return AutoModelForTokenClassification.from_pretrained(checkpoint).eval()


@pytest.fixture(scope="module")
def batch():
    return examples([make_label(number) for number in range(20)], qwen3(), Alignment(shift=-2))


def logits(model, batch):
    inputs = {name: value for name, value in collate(batch).items() if name != "labels"}
    return model(**inputs).logits * inputs["attention_mask"][..., None]


def test_what_is_frozen_is_not_trained(model):
    freeze(model, 1)
    trained = {name.split(".layers.")[-1] for name, value in model.named_parameters() if value.requires_grad}
    assert not any("embed" in name or name.startswith("0.") for name in trained)
    assert any(name.startswith("1.") for name in trained)
    assert {"score.weight", "model.norm.weight"} <= trained


def test_with_nothing_frozen_all_is_trained(model, batch):
    freeze(model, 0)
    assert all(parameter.requires_grad for parameter in model.parameters())
    with recalled(model, 0, batch) as found:
        assert found == batch


def test_the_upper_layers_alone_say_what_the_whole_model_says(model, batch):
    expected = logits(model, batch)
    with recalled(model, 1, batch) as found:
        assert all("states" in example for example in found)
        assert [example["labels"] for example in found] == [example["labels"] for example in batch]
        assert (logits(model, found) - expected).abs().max() < 1e-4
        assert (logits(model, batch) - expected).abs().max() > 1e-2
    assert (logits(model, batch) - expected).abs().max() < 1e-4


def test_states_that_take_too_much_memory_are_not_kept(model, batch, monkeypatch):
    monkeypatch.setattr("analysis.fitting.frozen_layers._MOST_BYTES", 100)
    with recalled(model, 1, batch) as found:
        assert found == batch


def test_a_model_that_changes_what_it_embeds_is_run_whole(model, batch):
    base = model.model
    base.register_forward_pre_hook(
        lambda _, arguments, named: (
            (arguments, {**named, "inputs_embeds": named["inputs_embeds"] * 2})
            if named.get("inputs_embeds") is not None
            else None
        ),
        with_kwargs=True,
    )
    expected = logits(model, batch)
    with recalled(model, 1, batch) as found:
        assert found == batch
        assert (logits(model, found) - expected).abs().max() < 1e-4


def test_a_model_without_layers(model):
    model.config.num_hidden_layers = 7
    with pytest.raises(UsageError, match="no list of layers"):
        layers_of(model)
