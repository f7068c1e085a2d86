"""Counts of one text: all that every score is a ratio of, so that scores of many texts are sums of their counts."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analysis.evaluation.cut_error import find_cuts, wrong_author
from analysis.evaluation.matching import bound_hits, flags, span_matches, word_hits
from analysis.evaluation.predictions import Prediction, true_words
from analysis.labels import LabelledText
from detectors.spans import Span, words

Totals = NDArray[np.float64]

AGREEMENTS: Final = ("token", "blank_token", "span", "span_partial", "span_overlap", "boundary")
"""What precision, recall and F1 are taken of."""

WRITERS: Final = ("student", "teacher")
"""Who is placed at the start of a stretch: the student where it is style."""

BINS: Final = 15
"""Ranges of equal width that calibration is measured in, as in Guo et al. 2017."""

_BLANK_SEPARATED = re.compile(r"\S+")


def count_spans(label: LabelledText, found: Iterable[Span]) -> dict[str, float]:
    """Count what was found rightly, what was found and what there was, for each name of `AGREEMENTS`; and words."""
    guess, truth = sorted(found), label.spans
    length = len(label.text)
    pieces = [(word.start, word.end) for word in words(label.text)]
    blanks = [match.span() for match in _BLANK_SEPARATED.finditer(label.text)]
    exact, overlapping = span_matches(guess, truth)
    spans = (len(guess), len(truth))
    hits: dict[str, Sequence[float]] = {
        "token": word_hits(flags(length, pieces, guess), flags(length, pieces, truth)),
        "blank_token": word_hits(flags(length, blanks, guess), flags(length, blanks, truth)),
        "span": (exact, *spans),
        "span_partial": (exact + overlapping / 2, *spans),
        "span_overlap": (exact + overlapping, *spans),
        "boundary": bound_hits(guess, truth),
    }
    counts = {
        f"{name}_{part}": float(count)
        for name, three in hits.items()
        for part, count in zip(("hits", "found", "true"), three, strict=True)
    }
    return {"texts": 1.0, "tokens": float(len(pieces)), **counts}


def count_prediction(label: LabelledText, prediction: Prediction) -> dict[str, float]:
    """Count what `count_spans` does, the cuts (see `evaluation.cut_error`), and what calibration is measured from.

    Raises
    ------
    ValueError
        When the prediction does not have one probability for each word of the text.
    """
    true, found = true_words(label), prediction.style
    if len(true) != len(found):
        raise ValueError(f"{len(found)} probabilities for the {len(true)} words of {label.id!r}")
    return {
        **count_spans(label, prediction.spans(label.text)),
        **_count_cuts(true, found),
        **_count_bins(true, prediction.probabilities),
    }


def _count_cuts(true: NDArray[np.bool_], found: NDArray[np.bool_]) -> dict[str, float]:
    cuts = find_cuts(true, found)
    wrong = wrong_author(cuts, true)
    counts: dict[str, float] = {}
    for writer, style in zip(WRITERS, (True, False), strict=True):
        own = cuts.style == style
        counts |= {
            f"{writer}_stretches": float(own.sum()),
            f"{writer}_exact_cuts": float((own & (cuts.cut == cuts.end)).sum()),
            f"{writer}_early_cuts": float((own & (cuts.cut < cuts.end)).sum()),
            f"{writer}_late_cuts": float((own & (cuts.cut > cuts.end)).sum()),
            f"{writer}_early": float(cuts.early[own].sum()),
            f"{writer}_late": float(cuts.late[own].sum()),
            # A word of the one kind is in the wrong hands when the other writes it.
            f"{writer}_wrong": float((wrong & (true != style)).sum()),
        }
    return counts


def _count_bins(true: NDArray[np.bool_], probabilities: NDArray[np.float64]) -> dict[str, float]:
    places = np.minimum((probabilities * BINS).astype(np.int64), BINS - 1)
    columns = {"words": None, "probability": probabilities, "style": true.astype(np.float64)}
    return {
        f"bin{number}_{name}": float(value)
        for name, weights in columns.items()
        for number, value in enumerate(np.bincount(places, weights=weights, minlength=BINS))
    }
