"""Words and what they grow into."""

from detectors.tokens.layout import COUNTS, GROWS, GROWS_LED, HAS_APOSTROPHE, TRAITS
from detectors.tokens.lexemes import Lexemes
from detectors.tokens.step import find

GROWING = {(True, "al"): frozenset(("also",)), (False, "al"): frozenset(("also",)), (True, "hm"): frozenset(("hmm",))}


def joined(known, first, second):
    return known.words.joins[find(known.words.joins, known[first], known[second])].tolist()[1]


def test_words_keep_their_numbers_while_the_table_grows():
    known = Lexemes(frozenset(), {})
    numbers = [known[f"w{number}"] for number in range(3_000)]
    assert numbers == list(range(3_000))
    assert [known[f"w{number}"] for number in range(3_000)] == numbers
    assert len(known.words.codes) >= 3_000
    assert known.texts[17] == "w17"


def test_what_words_grow_into_is_found_however_many_there_are():
    known = Lexemes(frozenset(), {})
    for number in range(2_000):
        assert joined(known, f"w{number}", "ing") == -1
        known.join(known[f"w{number}"], known["ing"])
        known.join(known[f"w{number}"], known["ing"])
    assert [known.texts[joined(known, f"w{number}", "ing")] for number in range(2_000)] == [
        f"w{number}ing" for number in range(2_000)
    ]
    # Half of it is free, or looking for what is not there would take long.
    assert 2 * 2_000 <= len(known.words.joins) <= 4 * 2_000 * 2
    known.clear()
    assert joined(known, "w1", "ing") == -1


def test_traits():
    known = Lexemes(frozenset(("so",)), GROWING)
    traits = {word: int(known.words.codes[known[word], TRAITS]) for word in ("al", "hm", "also", "let's", "let’s")}
    assert traits == {
        "al": GROWS | GROWS_LED,
        "hm": GROWS_LED,
        "also": 0,
        "let's": HAS_APOSTROPHE,
        "let’s": HAS_APOSTROPHE,
    }
    assert known.words.codes[known["So"], COUNTS] != known.words.codes[known["Sum"], COUNTS]
