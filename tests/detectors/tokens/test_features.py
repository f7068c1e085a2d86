"""The features of the last word of a text, and its log-odds, are those of the word in its text."""

import numpy as np
import pytest

from analysis.markers import read_markers
from detectors.features import buckets_of, features, hashed_templates
from detectors.logistic import LogisticDetector
from detectors.spans import words
from detectors.tokens import histories
from detectors.tokens.features import TEMPLATES, log_odds, look
from detectors.tokens.gaps import gap_code, gap_flags
from detectors.tokens.histories import MOST
from detectors.tokens.layout import POSITION
from detectors.tokens.logistic import LogisticTexts
from detectors.tokens.ring import write
from tests.support.texts import random_texts

FAMILIAR = frozenset(read_markers().narrating)
TEXT = (
    "So, *let me* check: 3 + 4 = 7 (that's “right”, I think [or `x_1`]).\n\n1. Wait; The sum of $n^2$ — not "
    "Alice's — is 42. We need to compute the value of the whole long sum that goes on and on until Bob stops it here\n"
)


@pytest.fixture(scope="module")
def detector():
    """Every feature has a weight."""
    weights = np.random.default_rng(3).normal(0, 1, 1 << 22).astype(np.float32)
    buckets = np.arange(1 << 22, dtype=np.uint32)
    return LogisticDetector(buckets, weights, bias=-0.3, familiar=FAMILIAR)


@pytest.fixture
def texts(detector):
    return LogisticTexts(detector, {})


def flagged(text, texts):
    """Return the words of a text, and for each its number and the flags of what stands before it."""
    parts, end, found = words(text), 0, []
    for position, word in enumerate(parts):
        found.append((texts.lexemes[word.text], gap_flags(gap_code(text[end : word.start]), position)))
        end = word.end
    return parts, found


def look_at(texts, row, position, number, flags):
    ring, code, seen = (
        texts.histories.texts.rings[row],
        texts.lexemes.words.codes[number],
        np.empty(TEMPLATES, np.uint64),
    )
    write(ring, code, position, flags, texts.weights.powers)
    look(ring, code, position, flags, texts.weights.inverses, seen)
    return buckets_of(seen, np.arange(TEMPLATES)).tolist()


@pytest.mark.parametrize("text", [TEXT * 2, *random_texts(20, seed=1)])
def test_every_feature_of_every_word(text, texts):
    parts, found = flagged(text, texts)
    row = texts.histories.open()
    expected = features(text, parts, 0, FAMILIAR) if parts else []
    for position, (number, flags) in enumerate(found):
        for other in (texts.lexemes["x"], number):
            # A word that is still growing is written over.
            hashed = look_at(texts, row, position, other, flags)
        assert hashed == expected[position].tolist()


@pytest.mark.parametrize("text", [TEXT * 2, *random_texts(20, seed=2)])
def test_log_odds_are_the_same_to_the_last_bit(text, texts, detector):
    parts, found = flagged(text, texts)
    row, seen = texts.histories.open(), np.empty(TEMPLATES, np.uint64)
    expected = np.full(len(parts), detector.bias)
    for column in hashed_templates(text, parts, 0, FAMILIAR) if parts else ():
        expected += detector.table[column]
    for position, (number, flags) in enumerate(found):
        ring, code = texts.histories.texts.rings[row], texts.lexemes.words.codes[number]
        assert log_odds(ring, code, position, flags, texts.weights, seen) == expected[position]


def test_a_history_that_begins_with_words_goes_on_as_if_they_had_been_written(texts):
    parts, found = flagged(TEXT, texts)
    assert len(parts) > MOST + 10
    expected = features(TEXT, parts, 0, FAMILIAR)
    for begun in (1, 5, MOST):
        row, last = texts.open(parts[:begun], TEXT[: parts[begun - 1].end])
        assert last == begun - 1
        for position, (number, flags) in enumerate(found[begun:], begun):
            assert look_at(texts, row, position, number, flags) == expected[position].tolist()


def test_a_history_begins_with_the_last_words_only(texts):
    parts, found = flagged(TEXT, texts)
    expected = features(TEXT, parts, 0, FAMILIAR)
    row, last = texts.open(parts[:30], TEXT[: parts[29].end])
    assert last == MOST - 1
    for position, (number, flags) in enumerate(found[30:], 30):
        assert look_at(texts, row, position - 30 + MOST, number, flags) == expected[position].tolist()


def test_positions_counted_anew_change_no_feature(texts):
    text = TEXT * 2
    parts, found = flagged(text, texts)
    row, shift = texts.histories.open(), 0
    state = texts.histories.texts.states[row]
    expected = features(text, parts, 0, FAMILIAR)
    for position, (number, flags) in enumerate(found):
        if position - shift == 100:
            state[POSITION] = 100
            texts.histories.renumber(row)
            shift += 100 - int(state[POSITION])
        hashed = look_at(texts, row, position - shift, number, flags)
        if position > MOST:
            assert hashed == expected[position].tolist()
    assert 0 < shift < histories.FURTHEST


def test_rows_are_given_back_and_grow():
    rows = histories.Histories()
    opened = [rows.open() for _ in range(200)]
    assert len(set(opened)) == 200
    rows.close(opened[7])
    assert rows.open() == opened[7]
