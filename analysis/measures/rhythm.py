"""Length and rhythm: how long traces, sentences and style spans are, and where style stands."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analysis.corpus import CorpusTrace
from analysis.evaluation.bootstrap import REPLICATES, sums_by
from analysis.measures.estimate import Estimate, estimate
from detectors.base import Detector
from detectors.places import line_starts
from detectors.spans import SENTENCE_ENDS, Span, Word, words

_LENGTHS: Final = {"words_per_trace": ("words", "traces"), "words_per_sentence": ("words", "sentences")}
_STYLE: Final = {
    "style_share": ("style", "words"),
    "style_spans_per_1000_words": ("thousand_spans", "words"),
    "words_per_style_span": ("style", "spans"),
    "style_position": ("positions", "spans"),
}


def rhythm(
    traces: Iterable[CorpusTrace], detector: Detector | None = None, *, replicates: int = REPLICATES, seed: int = 0
) -> dict[str, Estimate]:
    """Return lengths of the thinking of traces, with intervals over questions.

    Words are those of `detectors.spans.words`: signs are words too. A sentence ends at a full stop, a question or an
    exclamation mark, or with its line.

    Returns
    -------
    dict
        ``words_per_trace`` and ``words_per_sentence``; with a detector also ``style_share`` (words in style spans among
        all, 0..1), ``style_spans_per_1000_words``, ``words_per_style_span``, and ``style_position`` (the mean place of
        a span's first word, 0 at the start of the trace and 1 at its end). NaN where there is nothing to divide by.

    Raises
    ------
    ValueError
        When there is no trace.
    """
    questions, rows = [], []
    for trace in traces:
        parts = words(trace.thinking)
        row: dict[str, float] = {"traces": 1, "words": len(parts), "sentences": count_sentences(trace.thinking, parts)}
        if detector is not None:
            row |= _style_row(parts, detector.spans(trace.thinking))
        questions.append(trace.question)
        rows.append({name: float(value) for name, value in row.items()})
    if not rows:
        raise ValueError("there is no trace to measure")
    sums = sums_by(questions, rows)
    ratios = _LENGTHS | (_STYLE if detector is not None else {})
    above = np.stack([sums[name] for name, _ in ratios.values()])
    below = np.stack([sums[name] for _, name in ratios.values()])
    found = estimate(
        lambda weights: _ratio(above @ weights, below @ weights), above.shape[1], replicates=replicates, seed=seed
    )
    return dict(zip(ratios, found, strict=True))


def style_along(
    traces: Iterable[CorpusTrace], detector: Detector, *, parts: int = 10, replicates: int = REPLICATES, seed: int = 0
) -> list[Estimate]:
    """Return the share of style words in each of several equal parts of the traces, from start to end.

    A trace is cut by its words; every trace counts by its length.

    Raises
    ------
    ValueError
        When there is no trace, or no part.
    """
    if parts < 1:
        raise ValueError(f"a trace has at least one part, got {parts}")
    questions, rows = [], []
    for trace in traces:
        found = words(trace.thinking)
        places = np.arange(len(found)) * parts // max(1, len(found))
        style = style_words(found, detector.spans(trace.thinking))
        questions.append(trace.question)
        rows.append(
            {f"all {part}": float(count) for part, count in enumerate(np.bincount(places, minlength=parts))}
            | {f"style {part}": float(count) for part, count in enumerate(np.bincount(places, style, minlength=parts))}
        )
    if not rows:
        raise ValueError("there is no trace to measure")
    sums = sums_by(questions, rows)
    above, below = (np.stack([sums[f"{kind} {part}"] for part in range(parts)]) for kind in ("style", "all"))
    return estimate(
        lambda weights: _ratio(above @ weights, below @ weights), above.shape[1], replicates=replicates, seed=seed
    )


def count_sentences(text: str, parts: Sequence[Word]) -> int:
    """Count the sentences of a text, given its words."""
    starts = line_starts(text, parts)
    return sum(
        index + 1 == len(parts)
        or index + 1 in starts
        or (parts[index].text[0] in SENTENCE_ENDS and parts[index + 1].text[0] not in SENTENCE_ENDS)
        for index in range(len(parts))
    )


def style_words(parts: Sequence[Word], spans: Sequence[Span]) -> NDArray[np.bool_]:
    """Tell which words begin inside a style span, shape (words,)."""
    starts = [part.start for part in parts]
    inside = np.zeros(len(parts), dtype=np.bool_)
    for span in spans:
        inside[bisect_left(starts, span.start) : bisect_left(starts, span.end)] = True
    return inside


def _style_row(parts: Sequence[Word], spans: Sequence[Span]) -> dict[str, float]:
    starts = [part.start for part in parts]
    positions = sum(bisect_left(starts, span.start) / max(1, len(parts)) for span in spans)
    style = int(style_words(parts, spans).sum())
    return {"style": style, "spans": len(spans), "thousand_spans": 1000 * len(spans), "positions": positions}


def _ratio(above: NDArray[np.float64], below: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.divide(above, below, out=np.full(len(above), np.nan), where=below > 0))
