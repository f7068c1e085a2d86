import pytest

from detectors.errors import UsageError
from detectors.model_folder import find_model, model_fingerprint


@pytest.fixture
def folder(tmp_path):
    for name in ("config.json", "tokenizer.json", "model.safetensors"):
        (tmp_path / name).write_bytes(name.encode())
    return tmp_path


def test_a_folder_is_found_wherever_one_stands(folder, monkeypatch):
    monkeypatch.chdir(folder.parent)
    assert find_model(folder.name) == find_model(str(folder)) == folder


@pytest.mark.parametrize("model", ["/no/such/model", "no such name", "nobody/no-such-model-here"])
def test_a_model_that_is_nowhere_is_named(model, monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(UsageError, match="there is no model folder") as raised:
        find_model(model)
    assert model in str(raised.value)


@pytest.mark.parametrize("name", ["config.json", "tokenizer.json", "model.safetensors"])
def test_the_fingerprint_is_that_of_the_content(folder, name):
    before = model_fingerprint(folder)
    assert len(before) == 64
    (folder / "README.md").write_text("other")
    assert model_fingerprint(folder) == before
    (folder / name).write_bytes(b"other")
    assert model_fingerprint(folder) != before


@pytest.mark.parametrize("name", ["config.json", "tokenizer.json", "model.safetensors"])
def test_a_folder_that_is_no_model_is_refused(folder, name):
    (folder / name).unlink()
    with pytest.raises(UsageError, match="not the folder of a language model"):
        model_fingerprint(folder)
