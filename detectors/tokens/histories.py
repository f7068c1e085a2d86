"""The last words of many texts as numbers, a row a text.

What is kept of a word stands in a slot of a ring, so that a word which is still growing is written over and over, and a
stretch of words is the difference of two sums.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from detectors.reading import REACH, Codes, Indices, mix, powers_of
from detectors.tokens.lexemes import COUNTED, COUNTS, ENDS, ENDS_CLAUSE, ENDS_SENTENCE, FIELD, SHAPE, STEM, Lexemes
from detectors.tokens.lexemes import WORD as WORD_CODE

MOST: Final = REACH + 2
"""Words a history begins with at most: what the last of them may look at, and it."""
SLOTS: Final = 32
"""Words a ring holds: a decision reads `REACH` + 1 of them and the word itself."""
FURTHEST: Final = 1 << 12
"""Where positions are counted anew: sums need as many powers."""

WORDS, STEMS, SHAPES, JOINED, TOTALS, WORD, STEM_CODE, LINE, CLAUSE, SENTENCE, FOREIGN, FLAGS = range(12)
"""What a slot holds: five sums up to and with this word, two codes, the positions where its line, clause and sentence
began, the position after the last foreign word, and flags."""
BLANK_LINE: Final = 4
"""The flag of a word whose line stands after an empty one; `ENDS_CLAUSE` and `ENDS_SENTENCE` are the others."""

TOUCHES, BREAKS, AFTER_EMPTY = 1, 2, 4
"""What stands between a word and the one before: nothing, a line feed, an empty line (flags)."""

_FOREIGN = np.uint64((1 << FIELD) - 1) << np.uint64(FIELD * COUNTED.index("foreign"))
_SUMMED = [WORD_CODE, STEM, SHAPE]


def gap_flags(gap: str, position: int) -> int:
    """Describe what stands before a word: a text's first word begins its first line, whatever stands before it."""
    if position == 0:
        return BREAKS
    if not gap:
        return TOUCHES
    feeds = gap.count("\n")
    return 0 if not feeds else BREAKS if feeds == 1 else BREAKS | AFTER_EMPTY


class Histories:
    """Rings for texts that come and go.

    Parameters
    ----------
    lexemes
        What is known of words.

    Attributes
    ----------
    slots
        Shape (12, rows * SLOTS), uint64.
    powers, inverses
        Shape (FURTHEST * 2,), uint64: see `detectors.reading.CodeSequence`.
    """

    def __init__(self, lexemes: Lexemes) -> None:
        self.lexemes = lexemes
        self.slots: Codes = np.zeros((12, 64 * SLOTS), dtype=np.uint64)
        self.powers, self.inverses = powers_of(FURTHEST * 2)
        self._free = list(range(64))

    def open(self) -> int:
        """Return a row for a new text."""
        if not self._free:
            rows = self.slots.shape[1] // SLOTS
            self.slots = np.concatenate([self.slots, np.zeros_like(self.slots)], axis=1)
            self._free.extend(range(rows, 2 * rows))
        row = self._free.pop()
        self.slots[:, row * SLOTS : (row + 1) * SLOTS] = 0
        return row

    def close(self, row: int) -> None:
        """Give a row back."""
        self._free.append(row)

    def write(self, rows: Indices, positions: Indices, numbers: Indices, gaps: Codes) -> NDArray[np.uint64]:
        """Put one word into each of several rows, in the place of what stood there.

        Parameters
        ----------
        rows, positions
            Shape (words,): where; the word before must stand in its place.
        numbers
            Shape (words,): which words, as `Lexemes` numbers them.
        gaps
            Shape (words,), uint64: `gap_flags`.

        Returns
        -------
        numpy.ndarray
            Shape (6, words), uint64: `Lexemes.codes` of the words.
        """
        codes = self.lexemes.codes.take(numbers, axis=1)
        base = rows * SLOTS
        before = self.slots.take(base + ((positions - 1) & (SLOTS - 1)), axis=1)
        here = positions.view(np.uint64)
        new = np.empty_like(before)
        power = self.powers.take(positions)
        new[WORDS:JOINED] = before[WORDS:JOINED] + codes[_SUMMED] * power
        new[JOINED] = before[JOINED] + mix(codes[SHAPE], gaps & np.uint64(TOUCHES)) * power
        new[TOTALS] = before[TOTALS] + codes[COUNTS]
        new[WORD], new[STEM_CODE] = codes[WORD_CODE], codes[STEM]
        breaks = (gaps & np.uint64(BREAKS)) > 0
        flags = before[FLAGS]
        new[LINE] = np.where(breaks, here, before[LINE])
        new[CLAUSE] = np.where(breaks | ((flags & np.uint64(ENDS_CLAUSE)) > 0), here, before[CLAUSE])
        new[SENTENCE] = np.where(breaks | ((flags & np.uint64(ENDS_SENTENCE)) > 0), here, before[SENTENCE])
        new[FOREIGN] = np.where((codes[COUNTS] & _FOREIGN) > 0, here + np.uint64(1), before[FOREIGN])
        new[FLAGS] = codes[ENDS] | (np.where(breaks, gaps, flags) & np.uint64(BLANK_LINE))
        self.slots[:, base + (positions & (SLOTS - 1))] = new
        return codes

    def fill(self, rows: Indices, numbers: Indices, gaps: Codes) -> None:
        """Put the first words into empty rows.

        What is put after the last word of a row does no harm: it is written over before it is looked at.

        Parameters
        ----------
        rows
            Shape (rows,).
        numbers, gaps
            Shape (rows, `MOST`): see `write`.
        """
        codes = self.lexemes.codes.take(numbers, axis=1)
        count = numbers.shape[1]
        powers = self.powers[:count]
        new = np.empty((len(self.slots), len(rows), count), dtype=np.uint64)
        np.cumsum(codes[_SUMMED] * powers, axis=2, out=new[WORDS:JOINED])
        np.cumsum(mix(codes[SHAPE], gaps & np.uint64(TOUCHES)) * powers, axis=1, out=new[JOINED])
        np.cumsum(codes[COUNTS], axis=1, out=new[TOTALS])
        new[WORD], new[STEM_CODE] = codes[WORD_CODE], codes[STEM]
        breaks = (gaps & np.uint64(BREAKS)) > 0
        starts = np.stack([breaks, breaks, breaks, (codes[COUNTS] & _FOREIGN) > 0])
        ends = codes[ENDS][:, :-1]
        starts[1, :, 1:] |= (ends & np.uint64(ENDS_CLAUSE)) > 0
        starts[2, :, 1:] |= (ends & np.uint64(ENDS_SENTENCE)) > 0
        numbered = np.arange(count) + np.array([0, 0, 0, 1])[:, None, None]
        new[LINE : FOREIGN + 1] = np.maximum.accumulate(np.where(starts, numbered, 0), axis=2)
        lines = np.take_along_axis(gaps, new[LINE].view(np.int64), axis=1)
        new[FLAGS] = codes[ENDS] | (lines & np.uint64(BLANK_LINE))
        self.slots[:, (rows[:, None] * SLOTS + np.arange(count))] = new

    def renumber(self, row: int, position: int) -> int:
        """Count the positions of a row anew, from near its last word; return the new position of that."""
        back = (position - 2 * SLOTS) & -SLOTS
        ring = self.slots[:, row * SLOTS : (row + 1) * SLOTS]
        ring[WORDS : JOINED + 1] *= self.inverses[back]
        for kept in (LINE, CLAUSE, SENTENCE, FOREIGN):
            ring[kept] = np.maximum(ring[kept].view(np.int64) - back, 1).view(np.uint64)
        return position - back
