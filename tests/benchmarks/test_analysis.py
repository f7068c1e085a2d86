"""The benchmark of counting: its texts, and its contestants on few words."""

import importlib.util
import json
import sys
from collections import Counter

import pytest

from analysis.divergence import count_phrases
from benchmarks import analysis as benchmark
from detectors.spans import words

FIRST = [(text, len(words(text))) for text in ("So we try again", "wait, no: we try again\nand again")]
SECOND = [(text, len(words(text))) for text in ("we need to compute it", "thus we need to try")]


@pytest.fixture(autouse=True)
def few_texts(monkeypatch):
    monkeypatch.setattr(benchmark, "real_texts", lambda: (FIRST, SECOND, "4 texts"))


def test_a_stream_repeats_texts_until_there_are_enough_words():
    texts = list(benchmark.stream(FIRST, 100, fresh=False, seed=0))
    assert set(texts) == {text for text, _ in FIRST}
    size = sum(len(words(text)) for text in texts)
    assert 100 <= size < 100 + max(count for _, count in FIRST)
    assert texts == list(benchmark.stream(FIRST, 100, fresh=False, seed=0))
    assert texts != list(benchmark.stream(FIRST, 100, fresh=False, seed=1))


def test_fresh_words_stand_once():
    text = " ".join(["so"] * 500)
    counts = Counter(benchmark.stream([(text, 500)], 1000, fresh=True, seed=0))
    found = Counter(" ".join(counts.elements()).split())
    assert sum(found.values()) == 1000
    assert found.pop("so") == 980
    assert set(found.values()) == {1}


def test_tessy_counts_and_scores_both_sides():
    found = benchmark.run_here("tessy", 2, 1000, False, 1)
    sides = [list(benchmark.stream(side, 500, fresh=False, seed=seed)) for seed, side in enumerate((FIRST, SECOND))]
    held = Counter(term for side in sides for text in side for term in count_phrases([text], 2))
    assert found["words"] == sum(count_phrases(sides[0] + sides[1], 1).values())
    assert found["terms"] == sum(texts >= benchmark.LEAST_DOCUMENTS for texts in held.values())
    assert found["most_missed"] == 0
    assert found["peak_bytes"] >= found["peak_before_bytes"] > 0


def test_count_vectorizer_counts_both_sides():
    found = benchmark.run_here("CountVectorizer", 1, 1000, False, 1)
    # Its words have two letters at least, and no signs.
    spelled = {word.text.lower() for text, _ in FIRST + SECOND for word in words(text)}
    assert found["terms"] == len({word for word in spelled if len(word) > 1 and word.isalnum()})


@pytest.mark.skipif(importlib.util.find_spec("convokit") is None, reason="ConvoKit is not installed")
def test_fighting_words_scores_both_sides():
    found = benchmark.run_here("FightingWords", 1, 1000, False, 1)
    assert 0 < found["terms"] <= benchmark.MOST_TERMS
    assert found["cpu_seconds"] > 0


def test_contestants_take_turns(monkeypatch):
    asked = []

    def run(name, longest, most_words, *, fresh):
        asked.append(name)
        seconds = {"tessy": 1.0, "CountVectorizer": 3.0 + len(asked)}[name]
        return {"cpu_seconds": seconds, "words_per_second": 1, "peak_bytes": 1}

    monkeypatch.setattr(benchmark, "run", run)
    found = benchmark.compare(["tessy", "CountVectorizer"], 3, 1000, 3, fresh=False)
    assert asked == ["tessy", "CountVectorizer"] * 3
    assert found["times_as_fast"] == {"CountVectorizer": 7.0}


def test_one_contestant_alone_prints_its_figures(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["analysis", "--contestant", "tessy", "--longest", "1", "--words", "200"])
    benchmark.main()
    found = json.loads(capsys.readouterr().out)
    assert found["words"] >= 200
    assert found["terms"] > 0
