"""Labelled texts -> fitted detectors."""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.evaluation import flags
from analysis.labels import LabelledText
from detectors.errors import DataError
from detectors.lexicon import PHRASE, LexiconDetector, line_starts, normalise, place_of
from detectors.logistic import LogisticDetector
from detectors.spans import words

_LONGEST = 8
_DOUBT = 1.0
_STYLE_RATE = 0.3
_RARE = 2


@dataclass(frozen=True, slots=True)
class _Reading:
    """The words of a labelled text as phrases spell them, whether each is style, its place, and where lines begin."""

    spelled: list[str]
    style: list[bool]
    places: list[str]
    breaks: set[int]


@dataclass(slots=True)
class _Counts:
    """How often a phrase stood in the texts, how often its first word and all its words were style."""

    all: int = 0
    first: int = 0
    whole: int = 0


def fit_lexicon(labels: Sequence[LabelledText], *, threshold: float = 0.5, causal: bool = False) -> LexiconDetector:
    """Fit the weights of all phrases of up to eight words.

    The weight of a phrase is ``(style + 0.3) / (all + 1)``: how often all its words were style, among how often it
    stood there, drawn to 0.3 where there is little to go by. Kept are phrases that were style once, and as exceptions
    those that go one word on. In causal mode only places count where all words but the last were style, so a weight
    says how likely the style goes on. Every phrase is tied to the place where it stood.

    Parameters
    ----------
    labels
        Texts with their true spans.
    threshold, causal
        See `LexiconDetector`.

    Raises
    ------
    DataError
        When there is no style phrase in the labels.
    """
    readings = [_read(label) for label in labels]
    known = {phrase for reading in readings for phrase in _style_phrases(reading)}
    if not known:
        raise DataError("no style phrase in the labels", advice="are the spans empty?")
    counts: dict[str, _Counts] = {}
    for reading in readings:
        _count(reading, known, counts, causal=causal)
    weights = {phrase: _weigh(count.whole, count.all) for phrase, count in counts.items()}
    if causal:
        kept = _reachable(weights, threshold)
    else:
        kept = {phrase: weight for phrase, weight in weights.items() if weight >= threshold}
        first = {phrase: _weigh(count.first, count.all) for phrase, count in counts.items()}
        exceptions = (phrase for phrase in weights if first[phrase] < threshold and _beginnings(phrase) & kept.keys())
        kept |= {phrase: weights[phrase] for phrase in list(exceptions)}
    return LexiconDetector(dict(sorted((kept or weights).items())), threshold=threshold, causal=causal)


def _weigh(style: int, total: int) -> float:
    return round((style + _DOUBT * _STYLE_RATE) / (total + _DOUBT), 4)


def _read(label: LabelledText) -> _Reading:
    parts = words(label.text)
    style = flags(len(label.text), [(word.start, word.end) for word in parts], label.spans).tolist()
    spelled = [normalise(word.text) for word in parts]
    breaks = line_starts(label.text, parts)
    places = [
        place_of(spelled[index - 1] if index else None, new_line=index in breaks)
        or (PHRASE if index and style[index - 1] else "")
        for index in range(len(parts))
    ]
    return _Reading(spelled, style, places, breaks)


def _grow(reading: _Reading, index: int) -> Iterator[tuple[int, str]]:
    """Yield the phrases that begin at a word, shortest first, each with the index of its last word."""
    phrase = reading.places[index]
    for end in range(index, min(len(reading.spelled), index + _LONGEST)):
        if end > index and end in reading.breaks:
            return
        phrase += reading.spelled[end] if end == index else " " + reading.spelled[end]
        yield end, phrase


def _style_phrases(reading: _Reading) -> Iterator[str]:
    for index, style in enumerate(reading.style):
        for end, phrase in _grow(reading, index) if style else ():
            if not reading.style[end]:
                break
            yield phrase


def _count(reading: _Reading, known: AbstractSet[str], counts: dict[str, _Counts], *, causal: bool) -> None:
    """Count the known phrases of a text, and those one word longer."""
    for index, first in enumerate(reading.style):
        whole = True
        for end, phrase in _grow(reading, index):
            if (causal and not whole) or (end == index and phrase not in known):
                break
            whole = whole and reading.style[end]
            count = counts.setdefault(phrase, _Counts())
            count.all += 1
            count.first += first
            count.whole += whole
            if phrase not in known:
                break


def _beginnings(phrase: str) -> set[str]:
    """Return the shorter phrases a phrase begins with."""
    found = set()
    while " " in phrase:
        phrase = phrase.rpartition(" ")[0]
        found.add(phrase)
    return found


def _reachable(weights: Mapping[str, float], threshold: float) -> dict[str, float]:
    """Keep the phrases all of whose beginnings are style: a causal reading never gets to the others."""
    kept: dict[str, float] = {}
    for phrase in sorted(weights, key=lambda phrase: (phrase.count(" "), phrase)):
        shorter = phrase.rpartition(" ")[0]
        if not shorter or kept.get(shorter, 0.0) >= threshold:
            kept[phrase] = weights[phrase]
    return kept


def fit_logistic(
    labels: Sequence[LabelledText], *, lookahead: int = 0, threshold: float = 0.45, strength: float = 1.0
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

    Raises
    ------
    DataError
        When the labels hold no style word, or nothing else.
    """
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression

    hashed, true = examples(labels, lookahead)
    if true.all() or not true.any():
        raise DataError("the labels need both style words and others", advice="are the spans right?")
    buckets, columns, counts = np.unique(hashed, return_inverse=True, return_counts=True)
    frequent = counts >= _RARE
    kept = frequent[columns.reshape(-1)]
    rows = np.repeat(np.arange(len(hashed)), hashed.shape[1])[kept]
    matrix = csr_matrix(
        (np.ones(len(rows), dtype=np.float32), (rows, (np.cumsum(frequent) - 1)[columns.reshape(-1)][kept])),
        shape=(len(hashed), int(frequent.sum())),
    )
    model = LogisticRegression(C=strength, solver="newton-cg", tol=1e-3).fit(matrix, true)
    return LogisticDetector(
        buckets[frequent].astype(np.uint32),
        model.coef_[0].astype(np.float32),
        bias=float(model.intercept_[0]),
        threshold=threshold,
        lookahead=lookahead,
    )


def examples(labels: Sequence[LabelledText], lookahead: int) -> tuple[NDArray[np.uint32], NDArray[np.bool_]]:
    """Return the hashed features of every word, shape (words, templates), and whether it is style, shape (words,)."""
    from detectors.features import features

    hashed: list[NDArray[np.uint32]] = []
    true: list[NDArray[np.bool_]] = []
    for label in labels:
        if parts := words(label.text):
            hashed.append(features(label.text, parts, lookahead))
            true.append(flags(len(label.text), [(word.start, word.end) for word in parts], label.spans))
    if not hashed:
        raise DataError("the labels hold no words", advice="are the texts empty?")
    return np.concatenate(hashed), np.concatenate(true)
