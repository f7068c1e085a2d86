"""Detectors that own a model: what is copied, what is hashed, what is refused, and folders without a card."""

import json
import shutil

import pytest

from detectors import store
from detectors.classifier import ClassifierDetector
from detectors.errors import DetectorFolderError, UsageError
from detectors.listing import list_files
from tests.support.classifiers import TEXT, tiny_checkpoint


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    folder = tiny_checkpoint(tmp_path_factory.mktemp("work") / "model", tessy_shift=-2)
    (folder / "training_args.bin").write_bytes(b"pickled")
    (folder / "modeling.py").write_text("raise SystemExit")
    (folder / "runs").mkdir()
    return folder


@pytest.fixture(scope="module")
def saved(checkpoint, tmp_path_factory):
    detector = ClassifierDetector.from_checkpoint(checkpoint, threshold=0.4)
    return store.save(detector, tmp_path_factory.mktemp("saved") / "classifier")


@pytest.fixture
def folder(saved, tmp_path):
    return shutil.copytree(saved, tmp_path / "classifier")


def test_a_classifier_comes_back_with_its_model(checkpoint, folder):
    again = store.load(folder)
    assert again.threshold == 0.4
    assert again.checkpoint == folder / store.CHECKPOINT
    assert again.spans(TEXT) == ClassifierDetector.from_checkpoint(checkpoint, threshold=0.4).spans(TEXT)


def test_only_model_and_tokenizer_are_copied_and_the_card_lists_them(folder):
    listed = store.read_card(folder)["checkpoint"]
    assert {path.name for path in (folder / store.CHECKPOINT).iterdir()} == set(listed)
    assert {"config.json", "model.safetensors", "tokenizer.json"} <= listed.keys()
    assert not {"training_args.bin", "modeling.py"} & listed.keys()
    assert listed["model.safetensors"]["size"] == (folder / store.CHECKPOINT / "model.safetensors").stat().st_size


def test_a_loaded_classifier_can_be_saved_where_it_came_from(folder):
    before = store.read_card(folder)
    assert store.read_card(store.save(store.load(folder), folder)) == before


def append(path):
    path.write_bytes(path.read_bytes() + b" ")


@pytest.mark.parametrize(
    ("harm", "message"),
    [
        (lambda folder: append(folder / "model.safetensors"), "model.safetensors does not have the hash"),
        (lambda folder: append(folder / "config.json"), "config.json does not have the hash"),
        (lambda folder: (folder / "tokenizer.json").unlink(), "tokenizer.json is missing"),
        (lambda folder: (folder / "adapter.safetensors").write_bytes(b""), "adapter.safetensors is not in its card"),
        (shutil.rmtree, r"checkpoint/.* is missing"),
    ],
)
def test_a_changed_checkpoint_is_refused_and_the_file_named(folder, harm, message):
    harm(folder / store.CHECKPOINT)
    with pytest.raises(DetectorFolderError, match=message):
        store.load(folder)


def test_a_card_whose_listing_was_changed_with_the_file(folder):
    path = folder / store.CARD
    append(folder / store.CHECKPOINT / "config.json")
    card = json.loads(path.read_text())
    path.write_text(json.dumps(card | {"checkpoint": list_files(folder / store.CHECKPOINT)}))
    with pytest.raises(DetectorFolderError, match="does not have the hash its card names"):
        store.load(folder)


def test_files_nobody_loads_do_no_harm(folder):
    (folder / store.CHECKPOINT / ".DS_Store").write_bytes(b"")
    assert store.load(folder).kind == "classifier"


def test_a_folder_without_a_card_that_holds_a_token_classifier_is_a_detector(checkpoint):
    assert store.load(checkpoint).spans(TEXT) == ClassifierDetector.from_checkpoint(checkpoint).spans(TEXT)
    card = store.read_card(checkpoint)
    assert (card["kind"], len(card["sha256"])) == ("classifier", 64)
    assert card["lookahead"] == 2


def test_a_folder_of_another_model_is_none(tmp_path):
    (tmp_path / "config.json").write_text('{"architectures": ["LlamaForCausalLM"]}')
    with pytest.raises(DetectorFolderError, match="not a token classifier"):
        store.load(tmp_path)


def test_pickled_weights_are_not_saved(checkpoint, tmp_path):
    shutil.copytree(checkpoint, tmp_path / "pickled", ignore=shutil.ignore_patterns("*.safetensors"))
    (tmp_path / "pickled" / "pytorch_model.bin").write_bytes(b"pickled")
    detector = ClassifierDetector.from_checkpoint(tmp_path / "pickled")
    with pytest.raises(UsageError, match="no weights in safetensors"):
        store.save(detector, tmp_path / "d")
    assert not (tmp_path / "d").exists()
