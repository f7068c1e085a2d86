"""How well a detector finds the true spans: scores over words, whole spans and span bounds.

A word counts as style when more than half of its characters lie in a span. Precision, recall and F1 are pooled over all
texts (micro averages), so long texts weigh more.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from analysis.labels import LabelledText
from detectors.base import Detector
from detectors.spans import Span, words

Fit = Callable[[Sequence[LabelledText]], Detector]
_BLANK_SEPARATED = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Agreement:
    """Precision, recall and F1 of a set of findings, in 0..1; 1 where there was nothing to find and nothing found."""

    precision: float
    recall: float
    f1: float

    @classmethod
    def of(cls, hits: int, found: int, true: int) -> "Agreement":
        """Count: `hits` right ones among `found`, out of `true`."""
        precision = hits / found if found else float(not true)
        recall = hits / true if true else float(not found)
        total = precision + recall
        return cls(precision, recall, 2 * precision * recall / total if total else 0.0)


@dataclass(frozen=True, slots=True)
class Scores:
    """How well spans were found.

    Attributes
    ----------
    token
        Over the words and signs of `detectors.spans.words`.
    blank_token
        Over stretches without blanks: the check that `token` does not hang on how words are cut.
    span
        Over whole spans with both bounds right.
    boundary
        Over the starts and ends of spans, each on its own.
    texts, tokens
        How many texts and words were scored.
    """

    token: Agreement
    blank_token: Agreement
    span: Agreement
    boundary: Agreement
    texts: int
    tokens: int

    def as_dict(self) -> dict[str, dict[str, float] | int]:
        """Return the scores as JSON can hold them."""
        return asdict(self)


def score(labels: Sequence[LabelledText], found: Sequence[Iterable[Span]]) -> Scores:
    """Compare found spans with the true ones, text by text.

    Parameters
    ----------
    labels
        The texts with their true spans.
    found
        For each text the spans a detector found.

    Raises
    ------
    ValueError
        When the two have different lengths.
    """
    token, blank, span, boundary = (np.zeros(3, dtype=np.int64) for _ in range(4))
    tokens = 0
    for label, spans in zip(labels, found, strict=True):
        guess, truth = list(spans), label.spans
        pieces = [(word.start, word.end) for word in words(label.text)]
        tokens += len(pieces)
        token += _flag_counts(len(label.text), pieces, guess, truth)
        blank += _flag_counts(
            len(label.text), [match.span() for match in _BLANK_SEPARATED.finditer(label.text)], guess, truth
        )
        span += _set_counts({(s.start, s.end) for s in guess}, {(s.start, s.end) for s in truth})
        boundary += _set_counts(_bounds(guess), _bounds(truth))
    by_words, by_blanks, by_spans, by_bounds = (
        Agreement.of(*map(int, counts)) for counts in (token, blank, span, boundary)
    )
    return Scores(by_words, by_blanks, by_spans, by_bounds, texts=len(labels), tokens=tokens)


def _flag_counts(
    length: int, pieces: Sequence[tuple[int, int]], guess: Iterable[Span], truth: Iterable[Span]
) -> tuple[int, int, int]:
    found, true = flags(length, pieces, guess), flags(length, pieces, truth)
    return int((found & true).sum()), int(found.sum()), int(true.sum())


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


def _bounds(spans: Iterable[Span]) -> set[tuple[int, str]]:
    return {bound for span in spans for bound in ((span.start, "start"), (span.end, "end"))}


def _set_counts(guess: set[Any], truth: set[Any]) -> tuple[int, int, int]:
    return len(guess & truth), len(guess), len(truth)


def evaluate(detector: Detector, labels: Sequence[LabelledText]) -> Scores:
    """Run a detector over labelled texts and score what it finds."""
    return score(labels, [detector.spans(label.text) for label in labels])


def cross_validate(fit: Fit, labels: Sequence[LabelledText], folds: int = 5) -> Scores:
    """Score a way of fitting on texts of questions it was not fitted to.

    Questions are dealt to the folds by size, largest first, each to the fold with the fewest texts so far: the same
    split every time.

    Parameters
    ----------
    fit
        Makes a detector from labelled texts.
    labels
        The texts; those of one question stay together.
    folds
        How many parts; each is judged by a detector fitted to the others. At most the number of questions.

    Raises
    ------
    ValueError
        When there are fewer than two questions.
    """
    parts = split_by_question(labels, folds)
    if len(parts) < 2:
        raise ValueError("cross-validation needs texts of at least two questions")
    judged: list[LabelledText] = []
    found: list[list[Span]] = []
    for held_out in parts:
        inside = set(held_out)
        detector = fit([label for index, label in enumerate(labels) if index not in inside])
        for index in held_out:
            judged.append(labels[index])
            found.append(detector.spans(labels[index].text))
    return score(judged, found)


def split_by_question(labels: Sequence[LabelledText], folds: int) -> list[list[int]]:
    """Deal the indices of `labels` into at most `folds` parts, never parting texts of one question."""
    groups: dict[str, list[int]] = {}
    for index, label in enumerate(labels):
        groups.setdefault(label.question, []).append(index)
    parts: list[list[int]] = [[] for _ in range(max(1, min(folds, len(groups))))]
    for _, group in sorted(groups.items(), key=lambda item: (-len(item[1]), item[0])):
        min(parts, key=len).extend(group)
    return parts
