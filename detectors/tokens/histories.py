"""Growing texts as rows of arrays: where each stands, and its last words."""

from typing import Final

import numpy as np

from detectors.reading import REACH, powers_of
from detectors.tokens import layout as of
from detectors.tokens.layout import Texts

MOST: Final = REACH + 2
"""Words a history begins with at most: what the last of them may look at, and it."""
FURTHEST: Final = 1 << 12
"""Where positions are counted anew: sums need as many powers."""


class Histories:
    """Rows for texts that come and go.

    Attributes
    ----------
    texts
        The rows, for compiled code; other ones when their number grows.
    furthest
        Where positions are counted anew.
    powers, inverses
        Shape (furthest * 2,), uint64: see `detectors.reading.CodeSequence`.
    """

    def __init__(self) -> None:
        self.furthest = FURTHEST
        self.texts = Texts(np.zeros((64, 12), np.int32), np.zeros(64), np.zeros((64, of.SLOTS, 8), np.uint64))
        self.powers, self.inverses = powers_of(self.furthest * 2)
        self.texts.states[:, of.MODE] = of.STOPPED
        self._free = list(range(64))

    def open(self) -> int:
        """Return an empty row for a new text."""
        if not self._free:
            rows = len(self.texts.states)
            self.texts = Texts(*(np.concatenate([array, array]) for array in self.texts))
            self.texts.states[rows:, of.MODE] = of.STOPPED
            self._free.extend(range(rows, 2 * rows))
        row = self._free.pop()
        states, odds, rings = self.texts
        states[row], odds[row], rings[row] = 0, np.nan, 0
        states[row, [of.BOUNDARY, of.POSITION]] = -1
        return row

    def close(self, row: int) -> None:
        """Give a row back."""
        self._free.append(row)

    def renumber(self, row: int) -> None:
        """Count the positions of a row anew, from near its last word."""
        state, ring = self.texts.states[row], self.texts.rings[row].T
        back = (int(state[of.POSITION]) - 2 * of.SLOTS) & -of.SLOTS
        state[of.POSITION] -= back
        ring[of.WORDS : of.JOINED + 1] *= self.inverses[back]
        packed, mask = ring[of.PLACES].copy(), np.uint64((1 << of.PLACE) - 1)
        ring[of.PLACES] = packed >> of.FLAGS << of.FLAGS
        for which in (of.LINE, of.CLAUSE, of.SENTENCE, of.FOREIGN):
            kept = np.maximum(((packed >> which) & mask).astype(np.int64) - back, 1)
            ring[of.PLACES] |= kept.astype(np.uint64) << which
