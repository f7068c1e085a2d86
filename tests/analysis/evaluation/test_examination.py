import pytest

from analysis.evaluation.examination import card_of, examine
from analysis.evaluation.groups import Group
from detectors import store
from detectors.errors import DataError, UsageError
from detectors.lexicon import LexiconDetector


@pytest.mark.parametrize(
    ("card", "own"),
    [
        ({}, False),
        ({"training": {"labels": "x", "sha256": "abc"}}, True),
        ({"training": {"files": [{"sha256": "xyz"}, {"sha256": "abc"}]}}, True),
        ({"training": {"sha256": "other"}, "scores": {"of": "abc"}}, False),
    ],
)
def test_a_card_that_names_the_file_is_noticed(labels, tmp_path, card, own):
    detector = LexiconDetector({"so": 0.9})
    store.save(detector, tmp_path / "d", card=card)
    examined = examine(detector, labels, card=card_of(tmp_path / "d"), fingerprint="abc", by=Group.MODEL)
    assert examined.own_training is own
    content = examined.as_dict()
    assert (content["kind"], content["threshold"], content["own_training_data"]) == ("lexicon", 0.5, own)
    assert content["token"]["f1"] == examined.judgement.values["token.f1"]
    assert not examine(detector, labels).own_training


def test_no_texts_are_an_error():
    with pytest.raises(DataError, match="no labelled texts"):
        examine(LexiconDetector({"so": 0.9}), [])


def test_a_folder_may_have_no_card_but_must_be_there(tmp_path):
    assert card_of(tmp_path) == {}
    with pytest.raises(UsageError, match="no such detector folder"):
        card_of(tmp_path / "none")
