"""What a compiled detector says after each token is what the detector says of the text so far."""

import pytest
import regex
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from analysis.corpus import read_corpus
from detectors.lexicon import LexiconDetector
from detectors.tokens import compile_detector, histories, lexemes
from tests.detectors.tokens.conftest import CAUSAL, compiled
from tests.support.texts import ODD, ORDINARY, random_texts

PIECES = st.one_of(st.sampled_from(ORDINARY), st.sampled_from(ODD), st.sampled_from((" ", "  ", "'", "s", "d'", "\t")))
TEXT = st.one_of(st.lists(PIECES, max_size=12).map("".join), st.text(max_size=12))
ANY_VOCABULARY = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


# Unicode joins a few signs to a blank after them: the word that such a sign was is then none any more.
JOINED_TO_BLANK = regex.compile(r"\p{GCB=Prepend}\s")


def check(kind, vocabulary, scorer, before, tokens, every=1):
    """Compare the scores after every so manieth token; return how many were compared."""
    text, ends = vocabulary.texts([], tokens)
    checked = 0
    for end, score in list(zip(ends, scorer.scores(tokens, before), strict=True))[::every]:
        expected = CAUSAL[kind].probabilities(before + text[:end])
        tolerance = 0 if kind == "lexicon" else 1e-6
        assert score == (pytest.approx(expected[-1], abs=tolerance) if expected else None), ascii(before + text[:end])
        checked += 1
    return checked


@ANY_VOCABULARY
@given(TEXT, TEXT)
@example("So'", "maybe")
@example("let’", "s")
def test_any_text(kind, vocabulary, scorer, before, text):
    if not JOINED_TO_BLANK.search(before + text):
        check(kind, vocabulary, scorer, before, vocabulary.encode(text))


@ANY_VOCABULARY
@given(st.lists(st.integers(3, 400), max_size=20))
def test_any_tokens(kind, vocabulary, scorer, tokens):
    tokens = [token for token in tokens if token not in vocabulary.marks.values()]
    check(kind, vocabulary, scorer, "So, let me", tokens)


def test_texts_no_writer_would_write(kind, vocabulary, scorer):
    checked = 0
    for text in random_texts(150, seed=3):
        if not JOINED_TO_BLANK.search(text):
            checked += check(kind, vocabulary, scorer, "", vocabulary.encode(text), 3)
    assert checked > 1_000


@pytest.mark.parametrize("model", ["qwen3-8b", "deepseek-r1-0528", "gpt-oss-120b"])
def test_real_traces(model, shared_data, kind, vocabulary, scorer):
    traces = list(read_corpus(shared_data / "traces" / f"{model}.jsonl"))
    thinking = [trace.thinking for trace in traces[:: len(traces) // 3]]
    for text in thinking:
        check(kind, vocabulary, scorer, "", vocabulary.encode(text[:1_000]), 9)


def test_the_table_of_words_may_be_begun_anew_at_any_time(vocabulary, folder, monkeypatch):
    monkeypatch.setattr(lexemes, "LARGEST", 1)
    scorer = compiled.__wrapped__("logistic", folder)
    before, text = "Okay, let me see", " we need the sum of all of these, and then so on."
    # Of the words before, only their numbers are known until the first token comes.
    watch = scorer.watch(before, style=True)
    tokens = vocabulary.encode(text)
    pushed = next(count for count, token in enumerate(tokens, 1) if watch.push(token) or watch.score is not None)
    end = vocabulary.texts([], tokens)[1][pushed - 1]
    assert watch.score == pytest.approx(CAUSAL["logistic"].probabilities(before + text[:end])[-1], abs=1e-6)
    check("logistic", vocabulary, scorer, before, tokens)


def test_long_texts_of_words_that_are_found_one_by_one(vocabulary, folder, monkeypatch):
    monkeypatch.setattr(histories, "FURTHEST", 600)
    scorer = compiled.__wrapped__("logistic", folder)
    check("logistic", vocabulary, scorer, "", vocabulary.encode("这里要注意每一个数。" * 140), 97)


def test_a_threshold_of_zero_asks_for_a_phrase_all_the_same(vocabulary):
    detector = LexiconDetector({"wait": 0.9, "so far": 0.0}, threshold=0.0, causal=True)
    scorer = compile_detector(detector, vocabulary.pieces, vocabulary.encode)
    assert detector.spans("the cat sat") == []
    watch = scorer.watch("", style=False)
    assert not any(watch.push(token) for token in vocabulary.encode("the cat sat"))
    watch.finish()
    assert watch.boundary is None


def test_without_a_text_that_ends_it_a_text_goes_on(kind, vocabulary):
    scorer = compile_detector(CAUSAL[kind], vocabulary.pieces, vocabulary.encode)
    watch = scorer.watch("", style=None)
    assert not any(watch.push(token) for token in vocabulary.encode("Okay, so 3 + 4 = 7."))
    style = scorer.watch("", style=True)
    assert not style.push(vocabulary.encode("So")[0])
    assert not style.ended
