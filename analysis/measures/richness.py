"""Vocabulary richness: how many different words a text uses for its length."""

from collections import Counter, deque
from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np

from analysis.corpus import CorpusTrace
from analysis.evaluation.bootstrap import REPLICATES, sums_by
from analysis.measures.estimate import Estimate, estimate
from detectors.places import normalise
from detectors.spans import words

FACTOR: Final = 0.72
WINDOW: Final = 50


def mtld(spelled: Sequence[str], threshold: float = FACTOR) -> float:
    """Return the mean number of words over which the type-token ratio stays above a threshold, forward and backward.

    A factor is a stretch of words at whose end the ratio has come down to the threshold; what is left at the end counts
    as the part of one. The measure is words by factors, the mean of both directions (McCarthy & Jarvis 2010, Behavior
    Research Methods 42). A text that never repeats a word is one factor. NaN without words.
    """
    if not spelled:
        return float("nan")
    return (_mtld(spelled, threshold) + _mtld(spelled[::-1], threshold)) / 2


def _mtld(spelled: Sequence[str], threshold: float) -> float:
    factors = 0.0
    types: set[str] = set()
    length = 0
    for word in spelled:
        length += 1
        types.add(word)
        if len(types) / length <= threshold:
            factors += 1
            types, length = set(), 0
    if length:
        factors += (1 - len(types) / length) / (1 - threshold)
    return len(spelled) / (factors or 1.0)


def mattr(spelled: Sequence[str], window: int = WINDOW) -> float:
    """Return the mean type-token ratio of all windows of some words (Covington & McFall 2010, J. Quant. Ling. 17).

    A text shorter than a window is one window. NaN without words.
    """
    if not spelled:
        return float("nan")
    window = min(window, len(spelled))
    inside: deque[str] = deque()
    counts: Counter[str] = Counter()
    total = 0
    for word in spelled:
        inside.append(word)
        counts[word] += 1
        if len(inside) > window:
            gone = inside.popleft()
            counts[gone] -= 1
            if not counts[gone]:
                del counts[gone]
        total += len(counts) if len(inside) == window else 0
    return total / (len(spelled) - window + 1) / window


def yules_k(spelled: Iterable[str]) -> float:
    """Return Yule's K, ``10^4 (sum of n^2 - N) / N^2`` over the counts n of N words (Yule 1944): lower is richer.

    It hardly depends on a text's length. NaN without words.
    """
    counts = np.array(list(Counter(spelled).values()), dtype=np.float64)
    total = counts.sum()
    return float(1e4 * (counts @ counts - total) / total**2) if total else float("nan")


def hapax_share(spelled: Iterable[str]) -> float:
    """Return the share of the different words that stand once; it falls with a text's length. NaN without words."""
    counts = Counter(spelled)
    return sum(count == 1 for count in counts.values()) / len(counts) if counts else float("nan")


def richness(traces: Iterable[CorpusTrace], *, replicates: int = REPLICATES, seed: int = 0) -> dict[str, Estimate]:
    """Return the mean richness of the thinking of traces, with intervals over questions.

    Words are runs of letters and digits in lower case; signs do not count.

    Returns
    -------
    dict
        ``mtld`` (words), ``mattr`` (0..1, windows of 50 words), ``yules_k``, and ``hapax_share`` (0..1).

    Raises
    ------
    ValueError
        When no trace has a word.
    """
    questions, rows = [], []
    for trace in traces:
        spelled = [normalise(word.text) for word in words(trace.thinking) if word.text[0].isalnum()]
        if spelled:
            measured = mtld(spelled), mattr(spelled), yules_k(spelled), hapax_share(spelled)
            questions.append(trace.question)
            rows.append(dict(zip(("mtld", "mattr", "yules_k", "hapax_share"), measured, strict=True)) | {"texts": 1.0})
    if not rows:
        raise ValueError("no trace has a word")
    sums = sums_by(questions, rows)
    texts = sums.pop("texts")
    table = np.stack(list(sums.values()))
    found = estimate(lambda weights: table @ weights / (texts @ weights), len(texts), replicates=replicates, seed=seed)
    return dict(zip(sums, found, strict=True))
