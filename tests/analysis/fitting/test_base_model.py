import json

import pytest

from analysis.fitting.base_model import halves_precision, load_base, parameter_groups
from analysis.fitting.frozen_layers import freeze
from analysis.fitting.training_settings import TrainingSettings
from detectors.alignment import Alignment
from detectors.errors import UsageError
from tests.support.classifiers import tiny_llama

SETTINGS = TrainingSettings(depth=2, frozen=1, learning_rate=1e-3, layer_decay=0.5, head_rate=4, dropout=0.3)
ALIGNMENT = Alignment(shift=-2, after=5)


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return tiny_llama(tmp_path_factory.mktemp("base"))


def test_the_lowest_layers_get_a_new_head(base):
    config = load_base(base, TrainingSettings(depth=1, frozen=0, dropout=0.3), ALIGNMENT).config
    assert config.num_hidden_layers == 1
    assert config.id2label == {0: "capability", 1: "style"}
    assert config.classifier_dropout == 0.3
    assert Alignment.from_fields(config.to_dict()) == ALIGNMENT


def test_a_new_head_says_nothing_yet(base):
    import torch

    model = load_base(base, SETTINGS, ALIGNMENT).eval()
    logits = model(torch.tensor([[5, 6, 7]])).logits
    assert logits.shape == (1, 3, 2)
    assert not logits.any()


def test_layers_learn_the_slower_the_lower_they_are(base):
    model = load_base(base, SETTINGS, ALIGNMENT)
    rates = {}
    for group in parameter_groups(model, SETTINGS):
        for parameter in group["params"]:
            rates[id(parameter)] = group["lr"]
    named = {name: rates.get(id(parameter)) for name, parameter in model.named_parameters()}
    assert None not in named.values()
    assert named["model.layers.0.mlp.up_proj.weight"] == 5e-4
    assert named["model.layers.1.mlp.up_proj.weight"] == named["model.norm.weight"] == 1e-3
    assert named["score.weight"] == named["score.bias"] == 4e-3
    freeze(model, 1)
    trained = {id(parameter) for group in parameter_groups(model, SETTINGS) for parameter in group["params"]}
    assert trained == {id(parameter) for parameter in model.parameters() if parameter.requires_grad}


def test_models_that_cannot_be_a_base(base, tmp_path):
    with pytest.raises(UsageError, match="cannot be made a token classifier"):
        load_base(tmp_path, SETTINGS, ALIGNMENT)
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "vit", "num_hidden_layers": 4}))
    with pytest.raises(UsageError, match="cannot be made a token classifier"):
        load_base(tmp_path, SETTINGS, ALIGNMENT)
    with pytest.raises(UsageError, match="2 layers"):
        load_base(base, TrainingSettings(depth=3, frozen=1), ALIGNMENT)


def test_bfloat16_is_used_where_it_is_faster(monkeypatch):
    import torch

    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    for found in ({"avx512_bf16": True}, {"amx_bf16": True}, {"avx512_f": True}, {}):
        monkeypatch.setattr(torch.cpu, "get_capabilities", lambda found=found: found, raising=False)
        assert halves_precision() == bool(found.keys() - {"avx512_f"})
    monkeypatch.delattr(torch.cpu, "get_capabilities")
    assert not halves_precision()
