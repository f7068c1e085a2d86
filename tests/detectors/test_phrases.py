"""What is passed over unseen must change nothing: decisions are those of the plain reading of every place."""

from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.lexicon import LexiconDetector
from detectors.phrases import PhraseTree, longest_matches, stops_of
from detectors.spans import from_words, words
from tests.support.plain_lexicon import plain_probabilities
from tests.support.texts import random_texts

WORDS = ("so", "that", "let", "me", "now", "I’m", ",", ".", "-", "é")
GAPS = st.sampled_from(["", " ", " ", " ", "\n", " \r\n ", "\n\n"])
PHRASE = st.builds(
    lambda tie, parts: tie + " ".join(parts),
    st.sampled_from(["", "^", "^.", "^,", "^~"]),
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=3),
)
WEIGHT = st.sampled_from([0.0, 0.1, 0.5, 0.7, 1.0])
LEXICON = st.dictionaries(PHRASE, WEIGHT, min_size=1, max_size=12)
PIECE = st.sampled_from([*WORDS, "So", "x", "3", "e\u0301", "👍🏽", "\u0301"])
TEXT = st.lists(st.tuples(PIECE, GAPS), max_size=16).map(lambda pairs: "".join(map("".join, pairs)))


def spans_of(lexicon, text, scores):
    return from_words(text, words(text), scores, max(lexicon.threshold, 1e-9))


@settings(max_examples=400)
@given(LEXICON, st.sampled_from([0.0, 0.5, 0.7]), st.booleans(), TEXT)
def test_decisions_are_those_of_the_plain_reading(phrases, threshold, causal, text):
    lexicon = LexiconDetector(phrases, threshold=threshold, causal=causal)
    plain = plain_probabilities(lexicon.phrases, threshold, causal, text)
    assert lexicon.probabilities(text) == plain
    assert lexicon.spans(text) == spans_of(lexicon, text, plain)


def test_decisions_are_those_of_the_plain_reading_on_texts_no_writer_would_write():
    phrases = {"^so": 0.9, "let me": 0.7, "^wait ,": 0.9, "^~maybe": 0.8, "^.then": 0.6, "hmm .": 0.3}
    lexicon = LexiconDetector(phrases)
    assert any(lexicon.spans(text) for text in random_texts(300))
    for text in random_texts(300):
        plain = plain_probabilities(phrases, 0.5, causal=False, text=text)
        assert (lexicon.probabilities(text), lexicon.spans(text)) == (plain, spans_of(lexicon, text, plain))


def test_openings_leave_out_words_that_begin_no_phrase_of_the_weight():
    openings = PhraseTree({"^so": 0.1, "so that": 0.9, "^.now": 0.2, "^.now then": 0.3}).openings(0.5)
    assert {place: sorted(nodes) for place, nodes in openings.items()} == {
        "^.": ["so"],
        "^,": ["so"],
        "^~": ["so"],
        "": ["so"],
    }


def test_matches_end_with_the_text():
    openings = PhraseTree({"so": 0.9, "so that is": 0.9}).openings()
    assert list(longest_matches(["so", "that", "\n"], openings, stops_of(openings), 0.5)) == [(0, 1, 0.9)]
