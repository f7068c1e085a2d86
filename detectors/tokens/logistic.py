"""A causal logistic detector, for words of many texts at once."""

from collections.abc import Sequence

import numpy as np

from detectors.log_odds import probability
from detectors.logistic import LogisticDetector
from detectors.spans import Word
from detectors.tokens.features import last_features
from detectors.tokens.growth import Beginnings, is_led
from detectors.tokens.histories import MOST, Histories, gap_flags
from detectors.tokens.lexemes import Lexemes


class LogisticBatch:
    """Scores words as they are written, one of each of many texts at once, as a `LogisticDetector` does.

    Parameters
    ----------
    detector
        The detector.

    Attributes
    ----------
    lexemes, histories
        The words and texts so far.

    Raises
    ------
    ValueError
        When the detector looks ahead.
    """

    def __init__(self, detector: LogisticDetector) -> None:
        if detector.lookahead:
            raise ValueError("a detector with look-ahead cannot score words as they are written")
        self.threshold = detector.threshold
        self.lexemes = Lexemes(detector.familiar)
        self.histories = Histories(self.lexemes)
        self._bias, self._calibration = detector.bias, detector.calibration
        self._unfilled: list[tuple[int, list[int], list[int]]] = []
        self._table = detector.table

    def score(self, words: Sequence[int]) -> list[float]:
        """Put a word into each of several histories and score it, in 0..1.

        Parameters
        ----------
        words
            Row, position, number and gap flags of each, one after the other; see `Histories.write`.
        """
        if self._unfilled:
            self._fill()
        at, places, which, flags = np.ascontiguousarray(np.array(words, dtype=np.int64).reshape(-1, 4).T)
        between = flags.view(np.uint64)
        codes = self.histories.write(at, places, which, between)
        found = last_features(self.histories, at, places, codes, between)
        total = self._table.take(found, mode="clip").sum(axis=0, dtype=np.float64)
        scores: list[float] = self._calibration.apply(probability(total + self._bias)).tolist()
        return scores

    def open(self, parts: Sequence[Word], text: str) -> tuple[int, int]:
        """Begin a history with the last words of a text; return its row and the position of the last word."""
        known = parts[-MOST:]
        end = parts[-len(known) - 1].end if len(known) < len(parts) else 0
        numbers, gaps = [], []
        for position, word in enumerate(known):
            numbers.append(self.lexemes[word.text])
            gaps.append(gap_flags(text[end : word.start], position))
            end = word.end
        row = self.histories.open()
        self._unfilled.append((row, numbers, gaps))
        return row, len(known) - 1

    def forget_words(self) -> None:
        """Begin the table of words anew; histories that wait to be filled hold its numbers and are filled first."""
        if self._unfilled:
            self._fill()
        self.lexemes.clear()

    def _fill(self) -> None:
        rows = np.array([row for row, _, _ in self._unfilled])
        numbers, gaps = np.zeros((2, len(rows), MOST), dtype=np.int64)
        for index, (_, which, flags) in enumerate(self._unfilled):
            numbers[index, : len(which)], gaps[index, : len(flags)] = which, flags
        self.histories.fill(rows, numbers, gaps.view(np.uint64))
        self._unfilled.clear()


class LogisticReader:
    """Reads one text of a batch word by word; a context is the position of the word before.

    Parameters
    ----------
    batch
        The detector.
    row
        Which history the text has.
    growing
        What style words look like before they are whole.
    """

    start = -1

    def __init__(self, batch: LogisticBatch, row: int, growing: Beginnings) -> None:
        self.threshold = batch.threshold
        self._batch, self._row, self._growing = batch, row, growing

    def read(self, context: int, gap: str, word: str) -> tuple[float, int]:
        """See `WordReader.read`; what stood after the context is forgotten."""
        position = context + 1
        (score,) = self._batch.score((self._row, position, self._batch.lexemes[word], gap_flags(gap, position)))
        return score, position

    def pass_over(self, context: int, gap: str, word: str) -> int:
        """See `WordReader.pass_over`: the word stands in its place."""
        return context + 1

    def skim(self, text: str) -> tuple[int, str]:
        """See `WordReader.skim`: nothing is passed over."""
        return self.start, text

    def may_grow(self, context: int, gap: str, text: str) -> bool:
        """See `WordReader.may_grow`; what a word would score is not known before it is there."""
        return (is_led(gap), text) in self._growing

    def simplify(self, context: int, gap: str, word: str) -> tuple[int, str, str]:
        """See `WordReader.simplify`: every word counts."""
        return context, gap, word
