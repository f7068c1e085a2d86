"""Labelled texts and the states of a language model -> a probe."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from analysis.evaluation.predictions import true_words
from analysis.fitting.hidden_states import StoredStates
from analysis.fitting.logistic import examples
from analysis.fitting.probe_regression import regress
from analysis.fitting.probe_settings import ProbeSettings
from analysis.labels import LabelledText
from analysis.markers import read_markers
from detectors.errors import DataError
from detectors.logistic import LogisticDetector
from detectors.probe import ProbeDetector
from detectors.spans import words

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

_RARE: Final = 2
"""A feature of words must occur so often to get a weight."""
_SLIGHT: Final = 0.01
"""Log-odds below which the weight of a feature of words is left out."""


def fit_probe(
    labels: Sequence[LabelledText],
    states: StoredStates,
    settings: ProbeSettings | None = None,
    *,
    familiar: Iterable[str] | None = None,
) -> ProbeDetector:
    """Fit a probe to labelled texts whose states were extracted.

    Parameters
    ----------
    labels
        Texts with their true spans.
    states
        The states of these texts (see `analysis.fitting.hidden_states.extracted`); the probe reads the layers it gives.
    settings
        How to fit.
    familiar
        Words of narration (see `analysis.fitting.fit_logistic`); those of the English seed list by default.

    Returns
    -------
    ProbeDetector
        Reading from `states`, which runs the model for other texts.

    Raises
    ------
    DataError
        When the labels hold no style word, or nothing else.
    KeyError
        When a text has no stored states.
    """
    settings = settings or ProbeSettings()
    used = [label for label in labels if words(label.text)]
    true = np.concatenate([true_words(label) for label in used]) if used else np.zeros(0, dtype=np.bool_)
    if true.all() or not true.any():
        raise DataError("the labels need both style words and others", advice="are the spans right?")
    buckets, matrix, known = None, None, frozenset[str]()
    if settings.with_words and settings.target == "current":
        known = frozenset(read_markers().narrating if familiar is None else familiar)
        buckets, matrix = _matrix(examples(used, settings.lookahead, known)[0])
    of_texts = [states.states(label.text) for label in used]
    layers, width = of_texts[0].shape[1:]
    found = regress(
        [of_text.reshape(len(of_text), -1) for of_text in of_texts],
        true,
        settings.offsets,
        hashed=matrix,
        penalty=settings.penalty,
        word_penalty=settings.word_penalty,
    )
    word_part = None
    if buckets is not None:
        weights = found.word_weights.astype(np.float32)
        told = np.abs(weights) >= _SLIGHT
        word_part = LogisticDetector(
            buckets[told], weights[told], bias=0.0, lookahead=settings.lookahead, familiar=known
        )
    return ProbeDetector(
        states,
        found.weights.reshape(-1, layers, width).astype(np.float32),
        found.centres,
        bias=found.bias,
        word_part=word_part,
        target=settings.target,
        threshold=settings.threshold,
    )


def _matrix(hashed: NDArray[np.uint32]) -> "tuple[NDArray[np.uint32], csr_matrix]":
    """Return the hashes that occur often enough, and a matrix of which word has which: shape (words, hashes)."""
    from scipy.sparse import csr_matrix

    buckets, columns, counts = np.unique(hashed, return_inverse=True, return_counts=True)
    frequent = counts >= _RARE
    columns = columns.reshape(hashed.shape)
    kept = frequent[columns]
    ends = np.concatenate([np.zeros(1, dtype=np.intp), np.cumsum(kept.sum(axis=1))])
    values = np.ones(int(ends[-1]), dtype=np.float32)
    matrix = csr_matrix(
        (values, (np.cumsum(frequent) - 1)[columns[kept]], ends), shape=(len(hashed), int(frequent.sum()))
    )
    return buckets[frequent].astype(np.uint32), matrix
