"""A causal logistic detector compiled for a vocabulary: some hundred calls of numpy a step, for all texts at once."""

from collections.abc import Sequence
from typing import cast

from detectors.logistic import LogisticDetector
from detectors.spans import words
from detectors.tokens.decoding import PieceDecoder, TokenPieces
from detectors.tokens.following import Rule
from detectors.tokens.growth import Beginnings
from detectors.tokens.histories import FURTHEST
from detectors.tokens.logistic import LogisticBatch, LogisticReader
from detectors.tokens.logistic_watch import LogisticWatch
from detectors.tokens.scorer import TokenScorer
from detectors.tokens.step import Step
from detectors.tokens.token_words import ODD, TokenWords, cut_token
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
    """

    def __init__(self, detector: LogisticDetector, growing: Beginnings, pieces: TokenPieces, end_text: str) -> None:
        self.batch = LogisticBatch(detector)
        self._growing, self._pieces = growing, pieces
        self._decoder = PieceDecoder(pieces.escapes)
        self._end_text = end_text
        self._odd = "".join(escape[0] for escape in pieces.escapes) + end_text[:1]
        self._tokens: dict[int, TokenWords] = {}

    def watch(self, before: str, *, style: bool | None, first_word_is_own: bool = False) -> LogisticWatch:
        """See `TokenScorer.watch`."""
        parts = words(before)
        row, position = self.batch.open(parts, before)
        reader = LogisticReader(self.batch, row, self._growing)
        watch = LogisticWatch(self, Rule(reader, style, self._end_text), row, position)
        watch.begin(parts, before, first_word_is_own=first_word_is_own)
        if style is None and parts:
            gap = before[parts[-2].end if len(parts) > 1 else 0 : parts[-1].start]
            watch.score, _ = reader.read(position - 1, gap, parts[-1].text)
        return watch

    def push_many(self, watches: Sequence[Watch], tokens: Sequence[int]) -> list[bool]:
        """See `TokenScorer.push_many`."""
        if self.batch.lexemes.is_full:
            self.batch.forget_words()
            self._tokens.clear()
        step = Step(self.batch, len(watches))
        known = self._tokens
        for index, (watch, token) in enumerate(zip(cast("Sequence[LogisticWatch]", watches), tokens, strict=True)):
            if watch.boundary is not None:
                step.decided[index] = True
                continue
            if watch.position >= FURTHEST:
                watch.position = self.batch.histories.renumber(watch.row, watch.position)
            cut = known.get(token) or self._learn(token)
            if cut.kind == ODD or watch.tail is not None or not step.begin(index, watch, cut):
                tail, _ = watch.as_tail()
                step.follow(index, watch, *self._decoder(tail.pending, self._pieces[token]))
        step.read()
        return step.decided

    def _learn(self, token: int) -> TokenWords:
        cut = self._tokens[token] = cut_token(self._pieces[token], self._odd, self.batch.lexemes)
        return cut
