"""Bootstrap over questions: how far a score would move with other questions of the same kind."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

REPLICATES: Final = 1000
LEVEL: Final = 0.95
_MOST_NUMBERS = 4_000_000
"""Weights in memory at once: replicates times questions, 32 MB."""

Interval = tuple[float, float]


def sums_by(keys: Sequence[str], rows: Sequence[Mapping[str, float]]) -> dict[str, NDArray[np.float64]]:
    """Sum the counts of rows that share a key.

    Parameters
    ----------
    keys
        One a row, such as the question of each text.
    rows
        Counts by name, the same names in each.

    Returns
    -------
    dict
        For each name the sums, shape (keys,): keys sorted, so that detectors judged on the same texts are resampled
        alike.
    """
    home = {key: place for place, key in enumerate(sorted(set(keys)))}
    names = list(rows[0]) if rows else []
    table = np.asarray([[row[name] for name in names] for row in rows], dtype=np.float64).reshape(len(rows), -1)
    sums = np.zeros((len(home), len(names)))
    np.add.at(sums, [home[key] for key in keys], table)
    return dict(zip(names, sums.T, strict=True))


def resample(
    sums: Mapping[str, NDArray[np.float64]], *, replicates: int = REPLICATES, seed: int = 0
) -> dict[str, NDArray[np.float64]]:
    """Draw the questions anew with replacement, and sum their counts (Efron 1979).

    Questions are drawn, not texts or words, because those of one question are not independent. The same seed and the
    same number of questions draw the same questions: differences of two detectors are then paired (Koehn 2004, EMNLP).

    Parameters
    ----------
    sums
        For each name the counts of the questions, shape (questions,); from `sums_by`.
    replicates
        How often to draw.
    seed
        Of the draws.

    Returns
    -------
    dict
        For each name the sums, shape (replicates,).
    """
    names = list(sums)
    table = np.stack([sums[name] for name in names], axis=1)
    drawn = np.concatenate([weights @ table for weights in draw_weights(len(table), replicates, seed)])
    return dict(zip(names, drawn.T, strict=True))


def draw_weights(questions: int, replicates: int = REPLICATES, seed: int = 0) -> Iterator[NDArray[np.float64]]:
    """Yield how often each question is drawn, shape (some replicates, questions), `replicates` rows in all.

    The same number of questions and the same seed draw the same, whatever is measured. Memory is bounded: many
    replicates of many questions come in several pieces.
    """
    random = np.random.default_rng(seed)
    at_once = max(1, _MOST_NUMBERS // max(1, questions))
    for begin in range(0, replicates, at_once):
        size = min(at_once, replicates - begin)
        yield random.multinomial(questions, np.full(questions, 1 / questions), size=size).astype(np.float64)


def interval(values: NDArray[np.float64], level: float = LEVEL) -> Interval:
    """Return the bounds between which the middle `level` of the values lie (the percentile interval)."""
    low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
