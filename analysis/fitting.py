"""Labelled texts -> fitted detectors."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from analysis.evaluation import flags
from analysis.labels import LabelledText
from detectors.errors import DataError
from detectors.lexicon import CLAUSE_MARKS, CLAUSE_START, LexiconDetector, line_starts, normalise
from detectors.logistic import LogisticDetector
from detectors.spans import words

_LONGEST = 8
_DOUBT = 1.0
_STYLE_RATE = 0.3
_RARE = 2


def fit_lexicon(labels: Sequence[LabelledText], *, threshold: float = 0.5, causal: bool = False) -> LexiconDetector:
    """Fit the weights of all phrases of up to eight words.

    The weight of a phrase is ``(style + 0.3) / (all + 1)``: how often all its words were style, among how often it
    stood there, drawn to 0.3 where there is little to go by. In causal mode it is how often its last word was style
    where all before it were. Kept are phrases that reach the threshold and exceptions to them.

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
    style: Counter[str] = Counter()
    opens: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for label in labels:
        _count_phrases(label, causal, style, opens, total)
    weight = {phrase: _weigh(style[phrase], count) for phrase, count in total.items() if causal or opens[phrase]}
    strong = {phrase for phrase, value in weight.items() if value >= threshold}
    if not strong:
        raise DataError("no style phrase in the labels", advice="are the spans empty?")
    kept = {phrase: weight[phrase] for phrase in strong}
    for phrase, value in weight.items():
        shorter = phrase.rpartition(" ")[0]
        if value < threshold and total[phrase] >= _RARE and _is_exception(phrase, strong):
            if causal and shorter in strong:
                kept[phrase] = value
            elif not causal and _weigh(opens[phrase], total[phrase]) < threshold:
                kept[phrase] = value
    return LexiconDetector(dict(sorted(kept.items())), threshold=threshold, causal=causal)


def _weigh(style: int, total: int) -> float:
    return round((style + _DOUBT * _STYLE_RATE) / (total + _DOUBT), 4)


def _is_exception(phrase: str, strong: set[str]) -> bool:
    """Tell whether a beginning of this phrase is style without it."""
    beginning = phrase
    while " " in beginning:
        beginning = beginning.rpartition(" ")[0]
        if beginning in strong:
            return True
    return False


def _count_phrases(
    label: LabelledText, causal: bool, style: Counter[str], opens: Counter[str], total: Counter[str]
) -> None:
    """Count what stands at each place of a text, and whether all of it and its first word are style."""
    parts = words(label.text)
    true = [bool(flag) for flag in flags(len(label.text), [(word.start, word.end) for word in parts], label.spans)]
    spelled = [normalise(word.text) for word in parts]
    breaks = line_starts(label.text, parts)
    for index in range(len(parts)):
        tied = index == 0 or index in breaks or spelled[index - 1] in CLAUSE_MARKS or true[index - 1]
        phrase = CLAUSE_START if tied else ""
        for end in range(index, min(len(parts), index + _LONGEST)):
            if end > index and end in breaks:
                break
            phrase += spelled[end] if end == index else " " + spelled[end]
            whole = all(true[index : end + 1])
            total[phrase] += 1
            style[phrase] += whole
            opens[phrase] += true[index]
            if not whole and (causal or not true[index]) and end >= index + (0 if causal else 3):
                break


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
    from scipy.sparse import csr_matrix  # noqa: PLC0415
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415

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
    model = LogisticRegression(C=strength, solver="liblinear", tol=1e-2, random_state=0).fit(matrix, true)
    return LogisticDetector(
        buckets[frequent].astype(np.uint32),
        model.coef_[0].astype(np.float32),
        bias=float(model.intercept_[0]),
        threshold=threshold,
        lookahead=lookahead,
    )


def examples(labels: Sequence[LabelledText], lookahead: int) -> tuple[NDArray[np.uint32], NDArray[np.bool_]]:
    """Return the hashed features of every word, shape (words, templates), and whether it is style, shape (words,)."""
    from detectors.features import features  # noqa: PLC0415

    hashed: list[NDArray[np.uint32]] = []
    true: list[NDArray[np.bool_]] = []
    for label in labels:
        if parts := words(label.text):
            hashed.append(features(label.text, parts, lookahead))
            true.append(flags(len(label.text), [(word.start, word.end) for word in parts], label.spans))
    if not hashed:
        raise DataError("the labels hold no words", advice="are the texts empty?")
    return np.concatenate(hashed), np.concatenate(true)
