"""Found spans beside the true ones of one text: which words agree, which spans match."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from detectors.spans import Span


def flags(
    length: int, pieces: Sequence[tuple[int, int]], spans: Iterable[Span]
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Tell of each piece of a text whether more than half of its characters lie in a span.

    Parameters
    ----------
    length
        The length of the text in characters.
    pieces
        Character ranges [start, end) of the text.
    spans
        The spans of the text.

    Returns
    -------
    numpy.ndarray
        One bool a piece.
    """
    covered = np.zeros(length + 1, dtype=np.int32)
    for span in spans:
        covered[span.start + 1 : span.end + 1] = 1
    total = covered.cumsum()
    bounds = np.asarray(pieces, dtype=np.int64).reshape(-1, 2)
    inside = total[bounds[:, 1]] - total[bounds[:, 0]]
    return np.asarray(2 * inside > bounds[:, 1] - bounds[:, 0])


def word_hits(found: NDArray[np.bool_], true: NDArray[np.bool_]) -> tuple[int, int, int]:
    """Count the words marked rightly, those marked, and those that should be."""
    return int((found & true).sum()), int(found.sum()), int(true.sum())


def span_matches(found: Sequence[Span], true: Sequence[Span]) -> tuple[int, int]:
    """Match found spans with true ones, one to one: count those with both bounds right, and those that only overlap.

    Both lists are in order and disjoint, so a sweep from the left that pairs the first two that overlap finds the most
    pairs there can be, and never parts two equal spans.
    """
    exact = overlapping = here = there = 0
    while here < len(found) and there < len(true):
        one, other = found[here], true[there]
        if one.end <= other.start:
            here += 1
        elif other.end <= one.start:
            there += 1
        else:
            equal = (one.start, one.end) == (other.start, other.end)
            exact += equal
            overlapping += not equal
            here, there = here + 1, there + 1
    return exact, overlapping


def bound_hits(found: Iterable[Span], true: Iterable[Span]) -> tuple[int, int, int]:
    """Count the starts and ends found rightly, those found, and the true ones."""
    here, there = (
        {bound for span in spans for bound in ((span.start, "start"), (span.end, "end"))} for spans in (found, true)
    )
    return len(here & there), len(here), len(there)
