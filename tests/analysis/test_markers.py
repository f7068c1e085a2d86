import json

import pytest

from analysis.markers import read_markers, spell
from detectors.errors import DataError, UsageError


def test_english_comes_with_tessy():
    english = read_markers()
    assert {"therefore", "hmm", "maybe", "for example"} <= english.standing_alone
    assert english.lead_in.match("we need to check whether ").group() == "we need to check whether "
    assert english.lead_in.match("the user wants me to ")
    assert english.lead_in.match("the list ") is None
    assert english.opening.match("that's ")


def test_markers_are_written_as_words_are_cut():
    assert spell("I’m  not sure, e.g.") == "i'm not sure , e . g ."


def test_a_list_of_ones_own(tmp_path):
    path = tmp_path / "de.json"
    path.write_text(json.dumps({name: ["Also"] for name in read_markers().__dataclass_fields__}))
    assert read_markers(str(path)).connectives == ("also",)


def test_bad_lists_are_refused(tmp_path):
    with pytest.raises(UsageError, match="known: en"):
        read_markers("tlh")
    path = tmp_path / "bad.json"
    for content in ("{", "[]", '{"connectives": []}'):
        path.write_text(content)
        with pytest.raises(DataError, match="not a seed list"):
            read_markers(str(path))
    path.write_text(json.dumps(dict.fromkeys(read_markers().__dataclass_fields__, "so")))
    with pytest.raises(DataError, match="must be a list of phrases"):
        read_markers(str(path))
