import json

from detectors import store
from detectors.lexicon import LexiconDetector
from tests.detectors.conftest import DETECTORS

GIVEN = {"training": {"labels": "a.jsonl", "sha256": "0" * 64}, "scores": {"how": "5-fold"}, "seed": 3}


def test_equal_detectors_have_equal_cards_to_the_byte(detector, tmp_path):
    store.save(detector, tmp_path / "a", card=GIVEN)
    again = type(detector).from_state(detector.state())
    store.save(again, tmp_path / "elsewhere" / "b", card=GIVEN)
    first, second = (folder / store.CARD for folder in (tmp_path / "a", tmp_path / "elsewhere" / "b"))
    assert first.read_bytes() == second.read_bytes()
    assert str(tmp_path) not in first.read_text(encoding="utf-8")


def test_a_card_says_what_a_detector_reads(tmp_path):
    detector = LexiconDetector({"^so": 0.9, "hmm .": 0.8}, threshold=0.4)
    card = store.read_card(store.save(detector, tmp_path / "d", card=GIVEN))
    assert card["features"] == {"phrases": 2, "causal": False}
    assert (card["threshold"], card["context"], card["lookahead"]) == (0.4, detector.context, 1)
    assert {name: card[name] for name in GIVEN} == GIVEN
    assert card["tessy"]
    assert {"numpy", "regex"} <= card["libraries"].keys()


def test_a_logistic_card_says_how_many_weights_of_which_templates(tmp_path):
    detector = DETECTORS["logistic"]
    card = store.read_card(store.save(detector, tmp_path / "d"))
    assert card["features"]["weights"] == [len(detector.weights)]
    assert "templates" in card["features"]
    assert "scikit-learn" in card["libraries"]


def test_what_a_fit_says_cannot_override_the_settings_or_the_hash(tmp_path):
    folder = store.save(LexiconDetector({"so": 1}), tmp_path / "d", card={"settings": {}, "sha256": "0"})
    assert store.load(folder).phrases == {"so": 1.0}


def test_a_card_is_plain_json_with_sorted_phrases_left_as_they_are(tmp_path):
    folder = store.save(LexiconDetector({"wait": 1, "so’s": 0.5}), tmp_path / "d")
    content = json.loads((folder / store.CARD).read_text(encoding="utf-8"))
    assert list(content["settings"]["phrases"]) == ["wait", "so's"]
