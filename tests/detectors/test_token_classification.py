import json

import numpy as np
import pytest

from detectors.errors import DetectorFolderError
from detectors.token_classification import LocalClassifier
from tests.support.classifiers import tiny_checkpoint

SEQUENCES = [[5, 6, 7], [8], list(range(40)), [5, 6, 7, 9]]


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    return tiny_checkpoint(tmp_path_factory.mktemp("checkpoint"))


def rewrite(folder, **changes):
    config = json.loads((folder / "config.json").read_text()) | changes
    (folder / "config.json").write_text(json.dumps(config))


def test_it_says_what_the_model_says_however_sequences_are_batched(checkpoint, monkeypatch):
    import torch
    from transformers import AutoModelForTokenClassification

    model = AutoModelForTokenClassification.from_pretrained(checkpoint).eval()
    alone = [model(torch.tensor([ids])).logits[0].softmax(-1)[:, 1].detach().numpy() for ids in SEQUENCES]
    together = LocalClassifier(checkpoint, "cpu").style(SEQUENCES)
    monkeypatch.setattr("detectors.token_classification._BATCH_TOKENS", 8)
    apart = LocalClassifier(checkpoint, "cpu").style(SEQUENCES)
    for one, two, three in zip(alone, together, apart, strict=True):
        np.testing.assert_allclose(one, two, atol=1e-4)
        np.testing.assert_allclose(one, three, atol=1e-4)
    assert LocalClassifier(checkpoint).style([]) == []


def test_a_model_that_reads_ahead_is_refused(tmp_path):
    from transformers import BertConfig, BertForTokenClassification

    config = BertConfig(
        vocab_size=50,
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        initializer_range=0.5,
    )
    BertForTokenClassification(config).save_pretrained(tmp_path)
    with pytest.raises(DetectorFolderError, match="not causal"):
        LocalClassifier(tmp_path, "cpu").style([[1, 2]])


def test_a_model_that_cannot_be_loaded(tmp_path):
    tiny_checkpoint(tmp_path)
    (tmp_path / "model.safetensors").unlink()
    with pytest.raises(DetectorFolderError, match="cannot be loaded"):
        LocalClassifier(tmp_path, "cpu").style([[1]])


def test_a_model_without_the_label_of_style(tmp_path):
    tiny_checkpoint(tmp_path)
    rewrite(tmp_path, id2label={"0": "a", "1": "b", "7": "style"})
    with pytest.raises(DetectorFolderError):
        LocalClassifier(tmp_path, "cpu").style([[1]])
