"""Compiled steps for many texts do what `Rule` does for each alone, whatever the tables have to do meanwhile."""

import gc
from random import Random

import numpy as np
import pytest

from detectors.features import word_features
from detectors.logistic import LogisticDetector
from detectors.tokens import histories, lexemes
from detectors.tokens.layout import MODE, PLAIN
from detectors.tokens.logistic_scorer import LogisticScorer
from tests.detectors.tokens.conftest import compiled

PIECES = (
    "So", " that", " let", " me", " check", "wait", " Wait", " maybe", " hmm", " then", " altern", "atively", "ing",
    "é", "?", ".", ", ", " ", "  ", "\n", "\n\n", "\t", "'", "'s", "’s", "x", "3", " 12", "_1", "<", "</", "</thin",
    "</think>", " (", "):", "我", "😀", "x=3*y", "a.b.c", "\u0301",
)  # fmt: skip


def write(random, length):
    """Return a text that is plain for long stretches."""
    plain = PIECES[: -random.choice((2, 8, 16))]
    return "".join(random.choice(plain if random.random() < 0.95 else PIECES) for _ in range(length))


def push_slowly(scorer, watch, token):
    """Push a token as `Rule` says, whatever it is; nothing compiled sees more of it than one word."""
    if watch.boundary is not None:
        return True
    if watch.state[MODE] == PLAIN and watch.tail is None:
        watch.tail, context = watch.as_tail()
        watch._take(watch.tail, context)
    tail, _ = watch.as_tail()
    return watch.follow(*scorer._decoder(tail.pending, scorer._pieces[token]))


def seen(watch):
    if watch.boundary is not None:
        return watch.pushed, watch.boundary, watch.ended
    return watch.pushed, watch.settled, watch.score


def check(scorer, vocabulary, seed, *, texts=40, steps=60):
    """Write texts at once, some of which come and go, and each alone; return how many tokens were pushed."""
    random, plain = Random(seed), compiled.__wrapped__("logistic", vocabulary.folder)
    pushed, written = 0, []
    for _ in range(steps):
        written = [one for one in written if len(one[2]) > one[3] and one[1].boundary is None]
        while len(written) < texts:
            before, own = write(random, random.randrange(30)), random.random() < 0.3
            how = {"style": random.choice((True, False, None)), "first_word_is_own": own}
            tokens = vocabulary.encode(write(random, random.randrange(1, 60)))
            if tokens:
                written.append([scorer.watch(before, **how), plain.watch(before, **how), tokens, 0])
        now = random.sample(written, k=random.randrange(1, len(written) + 1))
        tokens = [one[2][one[3]] for one in now]
        states, decided = scorer.push_states([scorer.state(one[0]) for one in now], tokens)
        assert states == [scorer.state(one[0]) for one in now]
        expected = [push_slowly(plain, one[1], token) for one, token in zip(now, tokens, strict=True)]
        assert decided == [index for index, is_decided in enumerate(expected) if is_decided]
        for one in now:
            one[3] += 1
            assert seen(one[0]) == seen(one[1]), one[2][: one[3]]
        pushed += len(now)
    return pushed


@pytest.fixture
def vocabulary(vocabulary, folder):
    vocabulary.folder = folder
    return vocabulary


@pytest.mark.parametrize("seed", range(4))
def test_texts_that_come_and_go_are_followed_as_each_alone(vocabulary, folder, seed):
    assert check(compiled("logistic", folder), vocabulary, seed) > 800


def test_a_table_of_words_that_is_begun_anew_in_the_middle(vocabulary, folder, monkeypatch):
    scorer = compiled.__wrapped__("logistic", folder)
    monkeypatch.setattr(lexemes, "LARGEST", 60)
    check(scorer, vocabulary, 5)
    cleared = len(scorer.texts.lexemes.texts)
    assert cleared < 60 + 40 * 30
    check(scorer, vocabulary, 6)


def test_positions_that_are_counted_anew(vocabulary, folder, monkeypatch):
    monkeypatch.setattr(histories, "FURTHEST", 96)
    scorer = compiled.__wrapped__("logistic", folder)
    assert len(scorer.texts.weights.powers) == 192
    monkeypatch.undo()
    watch, alone = scorer.watch("", style=None), compiled.__wrapped__("logistic", folder).watch("", style=None)
    tokens = vocabulary.encode(" ".join(write(Random(number), 40) for number in range(12)))
    for token in tokens:
        scorer.push_many([watch], [token])
        push_slowly(alone._scorer, alone, token)
        assert seen(watch) == seen(alone)
    assert len(tokens) > 300


def test_more_texts_than_there_are_rows(vocabulary, folder):
    scorer = compiled.__wrapped__("logistic", folder)
    check(scorer, vocabulary, 7, texts=150, steps=12)
    gc.collect()
    rows = len(scorer.texts.histories.texts.states)
    assert rows == 256
    check(scorer, vocabulary, 8, texts=150, steps=12)
    gc.collect()
    # The rows of texts that are gone were taken again.
    assert len(scorer.texts.histories.texts.states) == rows
    assert len(scorer._watches) == 0


def test_words_that_grow_beyond_the_room_of_their_table(vocabulary, folder):
    scorer = compiled.__wrapped__("logistic", folder)
    letters = [vocabulary.encode(f"x{letter}")[-1] for letter in "abcdefghijklmnopqrstuvwxyz"]
    for seed in range(40):
        random, watch = Random(seed), scorer.watch("So", style=None)
        tokens = random.choices(letters, k=30)
        for token in tokens:
            watch.push(token)
    joins = scorer.texts.lexemes.words.joins
    assert len(joins) > 1024
    assert 512 < np.count_nonzero(joins[:, 0] >= 0) <= len(joins) // 2
    check(scorer, vocabulary, 9, steps=10)


def test_a_decided_text_stays_decided(vocabulary, folder):
    scorer = compiled("logistic", folder)
    watch = scorer.watch("", style=False)
    tokens = vocabulary.encode("So, let me check. Wait, maybe 3 + 4 = 7?\nHmm." * 3)
    count = next(count for count, token in enumerate(tokens, 1) if watch.push(token))
    before = seen(watch)
    states, decided = scorer.push_states([scorer.state(watch)], [tokens[count]])
    assert decided == [0]
    assert seen(watch) == before
    assert states == [watch.row]


class Pieces(dict):
    """A vocabulary made by hand."""

    def __init__(self, *pieces):
        super().__init__(enumerate(pieces))
        self.escapes = {}


def decide(pieces, *tokens, style):
    """Push tokens after "So" for a detector to which "wait" is style and nothing else, but "also" might be."""
    weights = np.full(1, 9, dtype=np.float32)
    detector = LogisticDetector(word_features(["wait"]), weights, bias=-3.0)
    scorer = LogisticScorer(detector, {(True, "al"): frozenset(("also",))}, Pieces(*pieces), "")
    watch = scorer.watch("So", style=style)
    return [watch.push(token) for token in tokens], watch.boundary


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        ((b" al",), ([False], None)),
        ((b" al", b" x"), ([False, True], 0)),
        ((b" al", b"so"), ([False, True], 0)),
        # Closed by a blank of its own token, not led by a blank, and behind a word that cannot grow.
        ((b" al ",), ([True], 0)),
        ((b"-", b"al"), ([True, True], 0)),
        ((b" so al",), ([True], 0)),
    ],
)
def test_a_word_that_may_grow_is_held_until_the_next_token(pieces, expected):
    assert decide(pieces, *range(len(pieces)), style=True) == expected


@pytest.mark.parametrize(
    ("pieces", "kept"),
    [((b" a", b" wait"), 1), ((b" a", b"b wait"), 1), ((b" a", b" ", b"wait"), 1), ((b" a", b"\n", b"wait"), 2)],
)
def test_a_token_is_never_cut(pieces, kept):
    decided, boundary = decide(pieces, *range(len(pieces)), style=False)
    assert (decided[:-1], decided[-1], boundary) == ([False] * (len(pieces) - 1), True, kept)


def test_ids_beyond_any_vocabulary_take_no_room(folder):
    scorer = compiled.__wrapped__("logistic", folder)
    watch = scorer.watch("", style=True)
    assert not watch.push(2**31 - 1)
    assert watch.pushed == 1
    assert len(scorer._tokens.tokens.cuts) < 1 << 18
