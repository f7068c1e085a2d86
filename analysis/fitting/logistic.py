"""Labelled texts -> a logistic detector."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from analysis.evaluation.matching import flags
from analysis.labels import LabelledText
from analysis.markers import read_markers
from detectors.errors import DataError
from detectors.features import BITS, features
from detectors.logistic import LogisticDetector
from detectors.spans import words

_RARE = 2
_SLIGHT = 0.01
"""Log-odds below which a weight is left out: what it decides cannot be told from chance."""


def fit_logistic(
    labels: Sequence[LabelledText],
    *,
    lookahead: int = 0,
    threshold: float = 0.45,
    strength: float = 1.0,
    familiar: Iterable[str] | None = None,
) -> LogisticDetector:
    """Fit a logistic regression (scikit-learn) over the features of `detectors.features`.

    Parameters
    ----------
    labels
        Texts with their true spans.
    lookahead
        Words to the right a decision may read; 0 is causal.
    threshold
        The least probability of a style word.
    strength
        scikit-learn's ``C``: how far the labels may pull the weights from 0.
    familiar
        Words of narration, in lower case; those of the English seed list by default. Features count the words that are
        not among them, which tells narration from the task also for a writer who is not in the labels.

    Raises
    ------
    DataError
        When the labels hold no style word, or nothing else.
    """
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression

    known = frozenset(read_markers().narrating if familiar is None else familiar)
    hashed, true = examples(labels, lookahead, known)
    if true.all() or not true.any():
        raise DataError("the labels need both style words and others", advice="are the spans right?")
    buckets = np.flatnonzero(np.bincount(hashed.ravel(), minlength=1 << BITS) >= _RARE)
    column_of = np.full(1 << BITS, -1, dtype=np.int32)
    column_of[buckets] = np.arange(len(buckets), dtype=np.int32)
    columns = column_of[hashed]
    kept = columns >= 0
    shape = (len(hashed), len(buckets))
    starts = np.r_[0, np.cumsum(kept.sum(axis=1))]
    matrix = csr_matrix((np.ones(starts[-1], dtype=np.float32), columns[kept], starts), shape=shape)
    model = LogisticRegression(C=strength, solver="newton-cg", tol=1e-3).fit(matrix, true)
    weights = model.coef_[0].astype(np.float32)
    weights[np.abs(weights) < _SLIGHT] = 0
    told = weights != 0
    return LogisticDetector(
        buckets[told].astype(np.uint32),
        weights[told],
        bias=float(model.intercept_[0]),
        threshold=threshold,
        lookahead=lookahead,
        usual=np.where(kept, weights[columns], 0).mean(axis=0, dtype=np.float64).astype(np.float32),
        familiar=known,
    )


def examples(
    labels: Sequence[LabelledText], lookahead: int, familiar: frozenset[str] = frozenset()
) -> tuple[NDArray[np.uint32], NDArray[np.bool_]]:
    """Return the hashed features of every word, shape (words, templates), and whether it is style, shape (words,).

    Raises
    ------
    DataError
        When the labels hold no words.
    """
    hashed: list[NDArray[np.uint32]] = []
    true: list[NDArray[np.bool_]] = []
    for label in labels:
        if parts := words(label.text):
            hashed.append(features(label.text, parts, lookahead, familiar))
            true.append(flags(len(label.text), [(word.start, word.end) for word in parts], label.spans))
    if not hashed:
        raise DataError("the labels hold no words", advice="are the texts empty?")
    return np.concatenate(hashed), np.concatenate(true)
