import json
from dataclasses import fields

import pytest

from analysis.markers import Markers, read_markers, spell
from detectors.errors import DataError, UsageError


@pytest.mark.parametrize(
    ("language", "markers"), [("en", {"therefore", "hmm", "maybe"}), ("de", {"deshalb", "hm", "vielleicht"})]
)
def test_languages_that_come_with_tessy(language, markers):
    found = read_markers(language)
    assert markers <= found.standing_alone
    assert all(getattr(found, field.name) for field in fields(Markers))
    assert {word for phrase in found.connectives for word in phrase.split()} <= found.narrating


def test_every_phrase_of_a_language_is_written_as_words_are_cut():
    for language in ("en", "de"):
        assert all(phrase == spell(phrase) for phrase in read_markers(language).standing_alone)


def test_markers_are_written_as_words_are_cut():
    assert spell("I’m  not sure, e.g.") == "i'm not sure , e . g ."


def test_a_list_of_ones_own_may_be_short(tmp_path):
    path = tmp_path / "xx.json"
    path.write_text(json.dumps({"categories": {"connectives": ["Also"], "hedges": {"phrases": ["Eh"], "sources": []}}}))
    found = read_markers(str(path))
    assert (found.connectives, found.hedges, found.lead_ins) == (("also",), ("eh",), ())


def test_a_missing_list_is_refused():
    with pytest.raises(UsageError, match="known: de, en"):
        read_markers("tlh")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("{", "not a seed list"),
        ("[]", "no 'categories'"),
        ('{"connectives": []}', "no 'categories'"),
        ('{"categories": {"conectives": ["so"]}}', "unknown category 'conectives'"),
        ('{"categories": {"hedges": "so"}}', "'hedges' must be a list"),
        ('{"categories": {"hedges": {"sources": []}}}', "'hedges' must be a list"),
        ('{"categories": {"lead_ins": ["subjects verbs?"]}}', r"'verbs\?' in 'lead_ins' names no category"),
        ('{"categories": {"lead_ins": ["subjects?*"]}}', r"'subjects\?\*' in 'lead_ins' names no category"),
    ],
)
def test_bad_lists_are_refused(tmp_path, content, problem):
    path = tmp_path / "bad.json"
    path.write_text(content)
    with pytest.raises(DataError, match=problem) as caught:
        read_markers(str(path))
    assert str(path) in str(caught.value)
