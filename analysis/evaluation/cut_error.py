"""By how many words a detector cuts a draft too early or too late, measured on texts whose true spans are known.

A *stretch* is a longest run of words of one kind: style, or the rest (capability). At the start of every style stretch
the student is placed, at the start of every other the teacher; what stands to the left is given, and the text to the
right is the draft. The draft is cut before its first word of the other kind, as a run does (Algorithm 1, step 3, of
arXiv 2604.14164): one decision a word, and the first that says "other" ends the draft. The true cut is the end of the
stretch. A cut before it is early by the words of the stretch that are cut off, and costs time: the other model is asked
for words that are not its kind. A cut after it is late, and leaves words of the wrong author in the data.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Flags = NDArray[np.bool_]
Indices = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Cuts:
    """The true stretches of texts and where a detector cuts in each; arrays of shape (stretches,).

    Attributes
    ----------
    style
        Whether the stretch is style: the student's.
    start, end
        Its words [start, end).
    cut
        The first word, from `start` on, that the detector takes for the other kind; the end of the text if none is.
    """

    style: Flags
    start: Indices
    end: Indices
    cut: Indices

    @property
    def early(self) -> Indices:
        """Words of each stretch that an early cut takes off."""
        return np.asarray(np.maximum(self.end - self.cut, 0))

    @property
    def late(self) -> Indices:
        """Words from the end of each stretch to a late cut."""
        return np.asarray(np.maximum(self.cut - self.end, 0))


def find_cuts(true: Flags, found: Flags, lengths: Sequence[int] | None = None) -> Cuts:
    """Place the writer of each true stretch at its start, and find where the detector ends the draft.

    Parameters
    ----------
    true, found
        Shape (words,): whether each word is style, in truth and to the detector; texts one after the other.
    lengths
        The words of each text; None for a single text. No stretch and no draft goes on beyond its text.

    Raises
    ------
    ValueError
        When `true`, `found` and `lengths` do not fit together.
    """
    count = len(true)
    ends = np.cumsum([count] if lengths is None else lengths, dtype=np.int64)
    if len(found) != count or (ends[-1] if len(ends) else 0) != count:
        raise ValueError(f"{len(found)} decisions on {count} words of texts with {lengths} words")
    turns = np.flatnonzero(true[1:] != true[:-1]) + 1
    start = np.unique(np.concatenate([np.zeros(1, dtype=np.int64), turns, ends]))[:-1]
    end = np.append(start[1:], count)[: len(start)]
    style = true[start]
    limit = ends[np.searchsorted(ends, start, side="right")] if count else end
    cut = np.where(style, _next(~found)[start], _next(found)[start])
    return Cuts(style, start, end, np.minimum(cut, limit))


def _next(there: Flags) -> Indices:
    """Return for each word the first one from it on that is `there`; their count when none is."""
    places = np.where(there, np.arange(len(there)), len(there))
    return np.minimum.accumulate(places[::-1])[::-1]


def wrong_author(cuts: Cuts, true: Flags) -> Flags:
    """Tell of each word whether a late cut leaves it to the wrong author; shape (words,).

    The words between the end of a stretch and a late cut, less those that belong to the same writer again.
    """
    wrong = np.zeros(len(true), dtype=np.bool_)
    for style in (True, False):
        late = (cuts.style == style) & (cuts.cut > cuts.end)
        turns = np.zeros(len(true) + 1, dtype=np.int64)
        np.add.at(turns, cuts.end[late], 1)
        np.add.at(turns, cuts.cut[late], -1)
        wrong |= (turns.cumsum()[:-1] > 0) & (true != style)
    return wrong
