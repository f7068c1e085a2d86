import json
import re
from pathlib import Path

import pytest

import analysis
import detectors
import tessy
from detectors import store
from detectors.card import digest
from detectors.errors import DetectorFolderError, UsageError
from detectors.lexicon import LexiconDetector
from tests.detectors.conftest import DETECTORS

TEXT = "So, let me check. Wait, maybe 3 + 4 = 7?\nHmm. So that is it."


@pytest.fixture
def folder(tmp_path):
    return store.save(LexiconDetector({"^so": 0.9, "hmm .": 0.8}), tmp_path / "detector")


def change(folder, **changes):
    card = json.loads((folder / store.CARD).read_text()) | changes
    (folder / store.CARD).write_text(json.dumps({key: value for key, value in card.items() if value is not None}))


def test_a_detector_comes_back_as_it_was(detector, tmp_path):
    again = store.load(store.save(detector, tmp_path / "deep" / "folder"))
    assert type(again) is type(detector)
    assert again.spans(TEXT) == detector.spans(TEXT)
    assert (again.context, again.lookahead) == (detector.context, detector.lookahead)


def test_the_card_says_what_it_is_told_and_what_it_knows(tmp_path):
    detector = LexiconDetector({"so": 1})
    store.save(detector, tmp_path / "d", card={"training": {"texts": 3}, "sha256": "not this"})
    card = store.read_card(tmp_path / "d")
    assert card["training"] == {"texts": 3}
    assert card["kind"] == "lexicon"
    assert card["settings"]["phrases"] == {"so": 1.0}
    assert len(card["sha256"]) == 64


def test_saving_twice_replaces_the_detector_and_leaves_nothing_beside_it(folder):
    store.save(LexiconDetector({"wait": 1}), folder)
    assert store.load(folder).phrases == {"wait": 1.0}
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_the_same_detector_has_the_same_hash(detector, tmp_path):
    store.save(detector, tmp_path / "a")
    store.save(store.load(tmp_path / "a"), tmp_path / "b")
    assert store.read_card(tmp_path / "a")["sha256"] == store.read_card(tmp_path / "b")["sha256"]


def test_a_folder_of_something_else_is_left_alone(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(UsageError, match="not a detector"):
        store.save(LexiconDetector({"so": 1}), tmp_path)
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_a_folder_that_cannot_be_written_is_an_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="cannot write"):
        store.save(LexiconDetector({"so": 1}), tmp_path / "file" / "detector")


def test_a_missing_folder(tmp_path):
    with pytest.raises(UsageError, match="no such detector folder"):
        store.load(tmp_path / "nothing")


@pytest.mark.parametrize("name", [store.CARD, store.WEIGHTS])
def test_a_missing_file(folder, name):
    (folder / name).unlink()
    with pytest.raises(DetectorFolderError, match=name):
        store.load(folder)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"format": store.FORMAT_VERSION + 1}, "upgrade tessy"),
        ({"format": "new"}, "does not name its format"),
        ({"kind": "oracle"}, "unknown kind of detector 'oracle'"),
        ({"kind": "logistic"}, "hash"),
        ({"settings": {"phrases": {"so": 1.0}}}, "hash"),
        ({"settings": []}, "not an object"),
        ({"sha256": None}, "lacks sha256"),
        ({"sha256": "0" * 64}, "hash"),
    ],
)
def test_a_changed_card(folder, changes, message):
    change(folder, **changes)
    with pytest.raises(DetectorFolderError, match=message):
        store.load(folder)


@pytest.mark.parametrize("content", ["", "[]", "{", '{"format": 1}'])
def test_a_card_that_is_none(folder, content):
    (folder / store.CARD).write_text(content)
    with pytest.raises(DetectorFolderError):
        store.load(folder)


def test_changed_weights(folder):
    with (folder / store.WEIGHTS).open("ab") as weights:
        weights.write(b" ")
    with pytest.raises(DetectorFolderError, match="hash"):
        store.load(folder)


def rehash(folder, **changes):
    """Change a card, and its hash with it, as another version of tessy could have written it."""
    change(folder, **changes)
    content = store.read_card(folder)
    weights = (folder / store.WEIGHTS).read_bytes()
    change(folder, sha256=digest(content["kind"], content["settings"], weights, content.get("checkpoint", {})))


def test_a_state_that_is_not_of_its_kind(folder):
    rehash(folder, settings={"phrases": {}, "threshold": 0.5, "causal": False})
    with pytest.raises(DetectorFolderError, match=r"cannot use it as a lexicon detector.*at least one phrase.*again"):
        store.load(folder)


def test_features_of_another_version_ask_for_another_fit(tmp_path):
    folder = store.save(DETECTORS["logistic"], tmp_path / "d")
    settings = store.read_card(folder)["settings"]
    rehash(folder, settings=settings | {"templates": settings["templates"] + 1}, tessy="9.9")
    with pytest.raises(
        DetectorFolderError, match=r"not the ones of this version.*saved by tessy 9\.9; fit the detector"
    ):
        store.load(folder)


def test_every_kind_can_be_imported_and_names_itself():
    assert {store.detector_class(kind).kind for kind in store.KINDS} == set(store.KINDS)


def test_no_module_reads_or_writes_pickles():
    pickled = re.compile(
        r"\b(import pickle|joblib|torch\.(save|load)\b|np\.load|allow_pickle|read_pickle|shelve|dill)\b"
    )
    packages = (analysis, detectors, tessy)
    modules = [path for package in packages for path in Path(package.__path__[0]).rglob("*.py")]
    assert len(modules) > 20
    assert [str(path) for path in modules if pickled.search(path.read_text(encoding="utf-8"))] == []


def test_a_saved_detector_holds_text_and_safetensors_alone(detector, tmp_path):
    folder = store.save(detector, tmp_path / "d")
    assert {path.suffix for path in folder.rglob("*") if path.is_file()} == {".json", ".safetensors"}
