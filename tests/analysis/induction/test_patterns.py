import pytest

from analysis.induction.patterns import Pattern, short_lead_ins
from analysis.markers import Markers, read_markers

SMALL = Markers(
    subjects=("we", "i"),
    modals=("need to", "can"),
    adverbs=("also",),
    mental_verbs=("check",),
    complements=("whether",),
    self_talk=("let's",),
    lead_ins=("subjects adverbs* modals? mental_verbs? complements?", "modals subjects"),
)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("we need to check whether it", 5),
        ("we also also can go", 4),
        ("we also also also can go", 3),
        ("can we go", 2),
        ("weather", 0),
        ("check whether", 0),
        ("", 0),
    ],
)
def test_templates_take_as_many_words_as_they_can(text, length):
    assert Pattern.of_templates(SMALL, SMALL.lead_ins).length(text.split()) == length


def test_no_template_and_no_phrase_match_nothing():
    assert Pattern.of_templates(SMALL, ()).length(["we"]) == 0
    assert Pattern.of_phrases(()).length(["we"]) == 0


def test_the_longest_phrase_is_taken():
    assert Pattern.of_phrases(("so", "so far", "so far so good")).length(["so", "far", "so", "bad"]) == 2


def test_short_lead_ins_have_what_a_template_asks_for_and_one_verb():
    assert short_lead_ins(SMALL) == {
        "let's",
        *("we need to", "we can", "i need to", "i can", "we check", "i check"),
        *("need to we", "need to i", "can we", "can i"),
    }


def test_english_and_german_lead_ins():
    english, german = read_markers("en"), read_markers("de")
    assert Pattern.of_templates(english, english.lead_ins).length(["we", "need", "to", "check", "whether"]) == 5
    assert Pattern.of_templates(english, english.reported).length(["the", "user", "wants", "me", "to"]) == 5
    assert Pattern.of_templates(german, german.lead_ins).length(["sollte", "ich", "noch", "prüfen", ",", "ob"]) == 6
    assert "let's check" in short_lead_ins(english)
    assert "wir müssen" in short_lead_ins(german)
