from collections import Counter
from math import log

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.distance import jensenshannon

from analysis.divergence import (
    count_phrases,
    count_style_words,
    count_words,
    jensen_shannon,
    log_odds,
    style_divergence,
    tfidf_similarity,
)
from detectors.lexicon import LexiconDetector

bags = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 50)).filter(lambda bag: sum(bag.values()) > 0)


def test_words_and_phrases_are_counted_in_lower_case():
    assert count_words(["So, so"]) == {"so": 2, ",": 1}
    assert count_phrases(["So so\nSo"], longest=2) == {"so": 3, "so so": 1}


def test_style_words_and_the_others():
    detector = LexiconDetector({"^so": 1})
    assert count_style_words(["So 3, so 4"], detector) == {"so": 2}
    assert count_style_words(["So 3"], detector, style=False) == {"3": 1}


@given(bags, bags)
def test_jensen_shannon_is_scipys_distance_squared(first, second):
    names = sorted({*first, *second})
    distance = jensenshannon([first.get(n, 0) for n in names], [second.get(n, 0) for n in names], base=2)
    assert jensen_shannon(first, second) == pytest.approx(distance**2, abs=1e-7)
    assert jensen_shannon(first, second) == pytest.approx(jensen_shannon(second, first))
    assert jensen_shannon(first, first) == pytest.approx(0, abs=1e-9)


def test_jensen_shannon_at_the_ends():
    assert jensen_shannon({"a": 3}, {"b": 2}) == 1
    assert jensen_shannon({}, {}) == 0
    assert jensen_shannon({"a": 1}, {}) == 1


def test_log_odds_by_hand():
    terms = {
        term.term: term for term in log_odds({"a": 6, "b": 4}, {"a": 2, "b": 8}, prior={"a": 1, "b": 1}, strength=2)
    }
    assert terms["a"].log_odds == pytest.approx(log(7 / 5) - log(3 / 9))
    assert terms["a"].z == pytest.approx((log(7 / 5) - log(3 / 9)) / (1 / 7 + 1 / 3) ** 0.5)
    assert terms["b"].log_odds == pytest.approx(-terms["a"].log_odds)


@given(bags, bags)
def test_log_odds_are_antisymmetric_and_sorted(first, second):
    there, back = log_odds(first, second), log_odds(second, first)
    z = {term.term: term.z for term in back}
    assert all(term.z == pytest.approx(-z[term.term]) for term in there)
    assert [term.z for term in there] == sorted((term.z for term in there), reverse=True)


def test_log_odds_of_nothing():
    assert log_odds({}, {}) == []


def test_the_writers_words_stand_at_the_ends():
    terms = log_odds(Counter("hhhhhxyz"), Counter("tttttxyz"))
    assert (terms[0].term, terms[-1].term) == ("h", "t")


def test_style_divergence_reads_style_only():
    detector = LexiconDetector({"^so": 1, "^thus": 1})
    assert style_divergence(["So 3"], ["So 4"], detector) == 0
    assert style_divergence(["So 3"], ["Thus 3"], detector) == 1


def test_tfidf_similarity():
    similar = tfidf_similarity({"a": ["so it is 3", "so"], "b": ["so it is 3", "so"], "c": ["thus we get 4"]})
    assert similar["a", "b"] == pytest.approx(1)
    assert similar["a", "c"] == similar["c", "a"] == 0
    with pytest.raises(ValueError, match="'b' holds no words"):
        tfidf_similarity({"a": ["so"], "b": [" "]})


def test_shared_traces_keep_the_papers_order_of_similarity(shared_data):
    from analysis.corpus import read_corpus

    models = ("qwen3-8b", "qwen3-235b-a22b-thinking-2507", "gpt-oss-20b")
    corpora = {model: read_corpus(shared_data / "traces" / f"{model}.jsonl") for model in models}
    similar = tfidf_similarity(
        {model: [trace.thinking for trace in corpus if trace.id.startswith("pm:")] for model, corpus in corpora.items()}
    )
    assert similar["qwen3-8b", models[1]] > similar["qwen3-8b", models[2]]
