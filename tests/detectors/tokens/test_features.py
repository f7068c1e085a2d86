"""The features of one word of each of many texts are those of the word in its text."""

import numpy as np
import pytest

from analysis.markers import read_markers
from detectors.features import features
from detectors.spans import words
from detectors.tokens.features import ORDER, PLAN, last_features
from detectors.tokens.histories import FURTHEST, MOST, Histories, gap_flags
from detectors.tokens.lexemes import Lexemes
from tests.support.texts import random_texts

FAMILIAR = frozenset(read_markers().narrating)
TEXT = (
    "So, *let me* check: 3 + 4 = 7 (that's “right”, I think [or `x_1`]).\n\n1. Wait; The sum of $n^2$ — not "
    "Alice's — is 42. We need to compute the value of the whole long sum that goes on and on until Bob stops it here\n"
)


def gaps_and_numbers(text, lexemes):
    parts, end, found = words(text), 0, []
    for position, word in enumerate(parts):
        found.append((lexemes[word.text], gap_flags(text[end : word.start], position)))
        end = word.end
    return parts, found


def look(histories, row, position, number, gap):
    rows, positions, gaps = np.array([row]), np.array([position]), np.array([gap], dtype=np.uint64)
    codes = histories.write(rows, positions, np.array([number]), gaps)
    hashed = np.empty(len(PLAN), dtype=np.int64)
    hashed[ORDER] = last_features(histories, rows, positions, codes, gaps)[:, 0]
    return hashed


@pytest.mark.parametrize("text", [TEXT * 2, *random_texts(20, seed=1)])
def test_every_feature_of_every_word(text):
    histories = Histories(Lexemes(FAMILIAR))
    parts, found = gaps_and_numbers(text, histories.lexemes)
    row = histories.open()
    expected = features(text, parts, 0, FAMILIAR) if parts else []
    for position, (number, gap) in enumerate(found):
        for other in (histories.lexemes["x"], number):
            # A word that is still growing is written over.
            hashed = look(histories, row, position, other, gap)
        assert hashed.tolist() == expected[position].tolist()


def test_a_history_that_begins_with_words_goes_on_as_if_they_had_been_written():
    histories = Histories(Lexemes(FAMILIAR))
    parts, found = gaps_and_numbers(TEXT, histories.lexemes)
    rows = np.array([histories.open(), histories.open()])
    filled = np.array([found[:MOST], found[:MOST]], dtype=np.int64)
    histories.fill(rows, filled[..., 0], filled[..., 1].view(np.uint64))
    expected = features(TEXT, parts, 0, FAMILIAR)
    for position, (number, gap) in enumerate(found[MOST:], MOST):
        assert look(histories, int(rows[1]), position, number, gap).tolist() == expected[position].tolist()


def test_positions_counted_anew_change_no_feature():
    histories = Histories(Lexemes(FAMILIAR))
    text = TEXT * 2
    parts, found = gaps_and_numbers(text, histories.lexemes)
    row, shift = histories.open(), 0
    expected = features(text, parts, 0, FAMILIAR)
    for position, (number, gap) in enumerate(found):
        if position - shift == 100:
            shift += 100 - histories.renumber(row, 100)
        hashed = look(histories, row, position - shift, number, gap)
        if position > MOST:
            assert hashed.tolist() == expected[position].tolist()
    assert 0 < shift < FURTHEST


def test_rows_are_given_back_and_grow():
    histories = Histories(Lexemes(frozenset()))
    rows = [histories.open() for _ in range(200)]
    assert len(set(rows)) == 200
    histories.close(rows[7])
    assert histories.open() == rows[7]
