"""A causal logistic detector, for words of many texts."""

from collections.abc import Sequence

import numpy as np

from detectors.log_odds import probability
from detectors.logistic import LogisticDetector
from detectors.spans import Word, words
from detectors.tokens import layout as of
from detectors.tokens.gaps import gap_code
from detectors.tokens.growth import Beginnings, is_led
from detectors.tokens.histories import MOST, Histories
from detectors.tokens.layout import Weights
from detectors.tokens.lexemes import Lexemes
from detectors.tokens.step import begin, judge


class LogisticTexts:
    """Texts whose words a `LogisticDetector` judges as they are written.

    Parameters
    ----------
    detector
        The detector.
    growing
        What style words look like before they are whole.

    Attributes
    ----------
    lexemes, histories
        The words and texts so far.
    weights
        The detector, for compiled code.
    least
        The least log-odds of a style word.

    Raises
    ------
    ValueError
        When the detector looks ahead.
    """

    def __init__(self, detector: LogisticDetector, growing: Beginnings) -> None:
        if detector.lookahead:
            raise ValueError("a detector with look-ahead cannot score words as they are written")
        self.lexemes = Lexemes(detector.familiar, growing)
        self.histories = Histories()
        self.least = detector.calibration.least_log_odds(detector.threshold)
        powers, inverses = self.histories.powers, self.histories.inverses
        self.weights = Weights(detector.table, powers, inverses, float(detector.bias), self.least)
        self._calibration = detector.calibration

    def compile(self) -> None:
        """Have compiled what `open`, `judge` and the lexemes call."""
        row, _ = self.open(words("So so"), "So so")
        self.judge(row, 0, "So", "")
        self.lexemes.join(0, 0)
        self.histories.close(row)
        self.lexemes.clear()

    def probability(self, log_odds: float) -> float:
        """Return what the detector calls a word of these log-odds."""
        return float(self._calibration.apply(probability(log_odds)))

    def judge(self, row: int, position: int, word: str, gap: str) -> float:
        """Put a word into its place in a text, and return its log-odds."""
        number = self.lexemes[word]
        found: float = judge(
            self.histories.texts, self.lexemes.words, self.weights, row, position, number, gap_code(gap)
        )
        return found

    def open(self, parts: Sequence[Word], text: str) -> tuple[int, int]:
        """Begin a history with the last words of a text; return its row and the position of the last word."""
        known = parts[-MOST:]
        end = parts[-len(known) - 1].end if len(known) < len(parts) else 0
        numbers = []
        for word in known:
            numbers.append((self.lexemes[word.text], gap_code(text[end : word.start])))
            end = word.end
        row = self.histories.open()
        filled = np.array(numbers, dtype=np.int32).reshape(-1, 2)
        begin(self.histories.texts, self.lexemes.words, self.weights, row, filled)
        return row, len(known) - 1

    def forget_words(self) -> None:
        """Begin the table of words anew, with the last words of the texts."""
        states, texts = self.histories.texts.states, self.lexemes.texts
        self.lexemes.clear()
        # The words of other texts are never asked for.
        for row in np.flatnonzero(
            (states[:, of.MODE] == of.PLAIN) & (states[:, of.GAP] == 0) & (states[:, of.POSITION] >= 0)
        ):
            states[row, of.NUMBER] = self.lexemes[texts[states[row, of.NUMBER]]]


class LogisticReader:
    """Reads one text word by word; a context is the position of the word before, and scores are log-odds.

    Parameters
    ----------
    texts
        The detector.
    row
        Which text it is.
    growing
        What style words look like before they are whole.
    """

    start = -1

    def __init__(self, texts: LogisticTexts, row: int, growing: Beginnings) -> None:
        self.threshold = texts.least
        self._texts, self._row, self._growing = texts, row, growing

    def read(self, context: int, gap: str, word: str) -> tuple[float, int]:
        """See `WordReader.read`; what stood after the context is forgotten."""
        return self._texts.judge(self._row, context + 1, word, gap), context + 1

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
