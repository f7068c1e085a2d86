"""A causal logistic detector compiled for a vocabulary: one call of compiled code a step, for all texts."""

from array import array
from collections.abc import Sequence
from typing import cast
from weakref import WeakValueDictionary

import numpy as np

from detectors.logistic import LogisticDetector
from detectors.reading import Indices
from detectors.spans import words
from detectors.tokens import layout as of
from detectors.tokens.decoding import PieceDecoder, TokenPieces
from detectors.tokens.following import Rule
from detectors.tokens.growth import Beginnings
from detectors.tokens.logistic import LogisticReader, LogisticTexts
from detectors.tokens.logistic_watch import LogisticWatch
from detectors.tokens.scorer import TokenScorer
from detectors.tokens.step import push
from detectors.tokens.token_words import TokenWords
from detectors.tokens.watch import Watch


class LogisticScorer(TokenScorer):
    """Judges texts in batches.

    Parameters
    ----------
    detector
        The detector.
    growing
        What style words look like before they are whole.
    pieces
        The vocabulary: token id -> bytes.
    end_text
        What ends a text when it is written; empty for nothing.

    Attributes
    ----------
    texts
        The texts that are followed.
    """

    def __init__(self, detector: LogisticDetector, growing: Beginnings, pieces: TokenPieces, end_text: str) -> None:
        self.texts = LogisticTexts(detector, growing)
        self._growing, self._pieces = growing, pieces
        self._decoder = PieceDecoder(pieces.escapes)
        self._end_text = end_text
        odd = "".join(escape[0] for escape in pieces.escapes) + end_text[:1]
        self._tokens = TokenWords(pieces, odd, self.texts.lexemes)
        self._watches: WeakValueDictionary[int, LogisticWatch] = WeakValueDictionary()
        # What is not compiled yet is compiled now, and not at an engine's first token.
        self.texts.compile()
        self._step(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))

    def watch(self, before: str, *, style: bool | None, first_word_is_own: bool = False) -> LogisticWatch:
        """See `TokenScorer.watch`."""
        parts = words(before)
        row, position = self.texts.open(parts, before)
        reader = LogisticReader(self.texts, row, self._growing)
        watch = self._watches[row] = LogisticWatch(self, Rule(reader, style, self._end_text), row, position)
        watch.begin(parts, before, first_word_is_own=first_word_is_own)
        if style is None and parts:
            gap = before[parts[-2].end if len(parts) > 1 else 0 : parts[-1].start]
            self.texts.histories.texts.odds[row], _ = reader.read(position - 1, gap, parts[-1].text)
        return watch

    def state(self, watch: Watch) -> int:
        """See `TokenScorer.state`: its row, for to look at hundreds of watches at each step would take its time."""
        return cast("LogisticWatch", watch).row

    def push_many(self, watches: Sequence[Watch], tokens: Sequence[int]) -> list[bool]:
        """See `TokenScorer.push_many`."""
        outcomes, _ = self._push([self.state(watch) for watch in watches], tokens)
        decided: list[bool] = (outcomes == of.DECIDED).tolist()
        return decided

    def push_states(self, states: list[int], tokens: Sequence[int]) -> tuple[list[int], list[int]]:
        """See `TokenScorer.push_states`."""
        outcomes, decided = self._push(states, tokens)
        return states, np.flatnonzero(outcomes == of.DECIDED).tolist() if decided else []

    def _push(self, states: Sequence[int], tokens: Sequence[int]) -> tuple[Indices, int]:
        """Push one token into each of several texts; return what comes of each, and how many are decided."""
        if len(states) != len(tokens):
            raise ValueError(f"{len(tokens)} tokens do not fit {len(states)} texts")
        if self.texts.lexemes.is_full:
            self.texts.forget_words()
            self._tokens.clear()
        # Twice as fast as to make arrays of lists.
        rows = np.frombuffer(array("q", states), dtype=np.int64)
        pushed = np.frombuffer(array("q", tokens), dtype=np.int64)
        outcomes, decided, left = self._step(rows, pushed)
        if left:
            decided += self._push_left(rows, pushed, outcomes)
        return outcomes, decided

    def _step(self, rows: Indices, pushed: Indices) -> tuple[Indices, int, int]:
        outcomes = np.empty(len(rows), dtype=np.int64)
        texts, words = self.texts.histories.texts, self.texts.lexemes.words
        return outcomes, *push(texts, self._tokens.tokens, words, self.texts.weights, rows, pushed, outcomes)

    def _push_left(self, rows: Indices, pushed: Indices, outcomes: Indices) -> int:
        """Push the tokens that were left; return how many decide.

        They are pushed again, with what may have been missing, and then as `Rule` says.
        """
        places = np.flatnonzero(outcomes == of.LEFT)
        for place in places:
            self._prepare(self._watches[int(rows[place])], int(pushed[place]))
        outcomes[places], decided, left = self._step(rows[places], pushed[places])
        if left:
            for place in places[outcomes[places] == of.LEFT]:
                watch, token = self._watches[int(rows[place])], int(pushed[place])
                tail, _ = watch.as_tail()
                is_decided = watch.follow(*self._decoder(tail.pending, self._pieces[token]))
                outcomes[place] = of.DECIDED if is_decided else of.GOES_ON
                decided += is_decided
        return decided

    def _prepare(self, watch: LogisticWatch, token: int) -> None:
        """Learn a token, and what it makes of the last word; count positions anew where they are too large."""
        state = watch.state
        if state[of.POSITION] >= self.texts.histories.furthest:
            self.texts.histories.renumber(watch.row)
        cut = self._tokens.learn(token)
        if state[of.MODE] == of.PLAIN and state[of.OPEN] and cut[of.KIND] >= of.JOINING:
            self.texts.lexemes.join(int(state[of.NUMBER]), int(cut[of.WORD_NUMBER]))
