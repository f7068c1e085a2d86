import pytest

from detectors.lexicon import LexiconDetector


def found(text, phrases, **options):
    return [text[span.start : span.end] for span in LexiconDetector(phrases, **options).spans(text)]


def test_phrases_match_at_word_bounds_in_any_case():
    assert found("SO many successors, also So", {"so": 0.9}) == ["SO", "So"]


def test_apostrophes_may_be_curled_in_text_and_phrase():
    assert found("Let's see, let’s see", {"let’s": 1}) == ["Let's", "let’s"]


@pytest.mark.parametrize("text", ["So x", "1. So x", "a, so x", "a\nso x", "wait so x", "(so x)"])
def test_a_tied_phrase_matches_where_a_clause_starts(text):
    assert [piece.lower() for piece in found(text, {"^so": 0.9, "^wait": 0.9})][-1].endswith("so")


def test_a_tied_phrase_does_not_match_inside_a_clause():
    assert found("it is so big", {"^so": 0.9}) == []


@pytest.mark.parametrize(
    ("tie", "expected"),
    [("^.", ["So", "so", "SO"]), ("^,", ["sO"]), ("^~", ["s0"]), ("^", ["So", "so", "sO", "s0", "SO"])],
)
def test_a_phrase_may_be_tied_to_one_kind_of_place(tie, expected):
    # "s0" stands in for a "so" that follows another phrase, so that each place shows by its spelling.
    text = "So x. so x, sO x wait s0 x\nSO x"
    pieces = found(text, {f"{tie}so": 0.9, f"{tie}s0": 0.9, "wait": 0.9})
    assert [piece.removeprefix("wait").strip() for piece in pieces if piece != "wait"] == expected


def test_a_sign_can_begin_a_tied_phrase():
    lexicon = LexiconDetector({"^, so": 0.9, "^.": 0.9})
    assert LexiconDetector(lexicon.phrases).phrases == lexicon.phrases == {"^, so": 0.9, "^.": 0.9}
    assert lexicon.spans("x so") == []
    assert [(span.start, span.end) for span in lexicon.spans(", so. x")] == [(0, 5)]


def test_the_longest_phrase_wins():
    assert found("let me check it", {"^let me": 0.6, "^let me check": 0.9}) == ["let me check"]


def test_a_longer_phrase_of_low_weight_is_an_exception():
    assert found("So that it fits, so it fits", {"^so": 0.9, "^so that": 0.1}) == ["so"]


def test_no_phrase_goes_over_a_line_break():
    assert found("let\nme", {"^let me": 0.9}) == []


def test_the_comma_of_a_marker_belongs_to_it():
    assert found("Wait, 3", {"^wait": 0.8, "^wait ,": 0.9}) == ["Wait,"]


def test_the_threshold_decides():
    assert found("so x", {"^so": 0.4}, threshold=0.3) == ["so"]
    assert found("so x", {"^so": 0.4}) == []


def test_causally_a_prefix_is_worth_the_best_phrase_it_can_become():
    assert found("let me 3", {"^let me check": 0.9}, causal=True) == ["let me"]
    assert found("let me 3", {"^let me check": 0.9, "^let": 0.2}, causal=True) == []
    assert found("let me 3", {"^let me check": 0.9}) == []


def test_causally_an_exception_comes_too_late_for_the_words_before():
    assert found("So that it fits", {"^so": 0.9, "^so that": 0.1}, causal=True) == ["So"]


def test_the_score_is_the_mean_weight():
    (span,) = LexiconDetector({"^so": 1.0, "^maybe": 0.5}).spans("So maybe 3")
    assert span.score == pytest.approx(0.75)


def test_lookahead_and_context_follow_the_longest_phrase():
    phrases = {"^so": 0.9, "^let me check": 0.8}
    assert LexiconDetector(phrases).lookahead == 2
    assert LexiconDetector(phrases, causal=True).lookahead == 0
    assert LexiconDetector(phrases).context > 3


@pytest.mark.parametrize(
    ("phrases", "threshold", "message"),
    [
        ({}, 0.5, "at least one"),
        ({" ": 0.5}, 0.5, "no words"),
        ({"so": 1.5}, 0.5, "weight of 'so'"),
        ({"so": 0.5}, -1, "threshold"),
    ],
)
def test_senseless_lexicons_are_refused(phrases, threshold, message):
    with pytest.raises(ValueError, match=message):
        LexiconDetector(phrases, threshold=threshold)
