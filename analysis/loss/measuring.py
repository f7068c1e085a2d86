"""Traces in, their sums out: cut into tokens, split by a detector, scored by a language model."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from analysis.corpus import CorpusTrace
from analysis.loss.language_model import LanguageModel, Reading, TokenScores, readings_of
from analysis.loss.rendering import Rendering
from analysis.loss.sums import ANSWER, CAPABILITY, RANK_LIMIT, STYLE, THINKING, Sums, TraceSums, key_of
from analysis.loss.token_kinds import characters_of_tokens, style_tokens
from detectors.base import Detector, spans_of
from detectors.errors import UsageError
from detectors.spans import Span

GROUP = 64
"""Traces that are cut into tokens and scored together."""

Report = Callable[[CorpusTrace, TraceSums], None]
"""Told the sums of each trace as soon as they are there."""


def measure_traces(
    traces: Iterable[CorpusTrace],
    model: LanguageModel,
    rendering: Rendering,
    detector: Detector | None = None,
    report: Report | None = None,
) -> Iterator[TraceSums]:
    """Yield the sums of each trace, in order: of its thinking, and of its answer where the rendering says so.

    Traces are read as they are needed, so memory does not grow with their number.

    Parameters
    ----------
    traces
        What to score.
    model
        The model, usually the student.
    rendering
        Turns traces into the model's tokens.
    detector
        Splits each trace into style and capability; see `analysis.loss.token_kinds.style_tokens` for tokens across a
        border. None leaves it whole.
    report
        Told of each trace when it is scored, in any order.

    Raises
    ------
    UsageError
        When the context is too small for a trace, or the model cannot be used.
    DataError
        When a trace has no prompt to condition on.
    EndpointError
        When a server does not answer.
    """
    remaining = iter(traces)
    while some := list(islice(remaining, GROUP)):
        spans: Iterable[list[Span] | None] = [None] * len(some)
        if detector is not None:
            spans = spans_of(detector, [trace.thinking for trace in some])
        texts = [_cut(trace, rendering, found) for trace, found in zip(some, spans, strict=True)]
        yield from _measure(texts, model, report)


@dataclass(slots=True, eq=False)
class _Text:
    """One trace as tokens, and what the model has said of them so far."""

    trace: CorpusTrace
    condition: list[int]
    token_ids: list[int]
    characters: NDArray[np.int64]
    parts: dict[str, NDArray[np.bool_]]
    nats: NDArray[np.float64]
    ranks: NDArray[np.int64]
    unread: int = 0

    def sums(self) -> TraceSums:
        parts = {
            name: Sums(
                int(mask.sum()),
                int(self.characters[mask].sum()),
                float(self.nats[mask].sum()),
                int(np.minimum(self.ranks[mask], RANK_LIMIT).sum()),
            )
            for name, mask in self.parts.items()
        }
        return TraceSums(key_of(self.trace), self.trace.question, parts)


def _cut(trace: CorpusTrace, rendering: Rendering, spans: Sequence[Span] | None) -> _Text:
    token_ids, offsets = rendering.text_ids(trace.thinking)
    count = len(token_ids)
    if spans is None:
        parts = {THINKING: np.ones(count, dtype=bool)}
    else:
        style = style_tokens(trace.thinking, offsets, spans)
        parts = {STYLE: style, CAPABILITY: ~style}
    characters = characters_of_tokens(offsets, len(trace.thinking))
    if rendering.answers:
        closing = rendering.closing_ids() if trace.answer else []
        answer_ids, offsets = rendering.text_ids(trace.answer)
        rest = np.concatenate(
            [np.zeros(len(closing), dtype=np.int64), characters_of_tokens(offsets, len(trace.answer))]
        )
        parts = {name: np.concatenate([mask, np.zeros(len(rest), dtype=bool)]) for name, mask in parts.items()}
        parts[ANSWER] = np.arange(count + len(rest)) >= count + len(closing)
        characters = np.concatenate([characters, rest])
        token_ids += [*closing, *answer_ids]
        count = len(token_ids)
    condition = rendering.condition_ids(trace.prompt, f"trace {trace.id!r}")
    return _Text(trace, condition, token_ids, characters, parts, np.zeros(count), np.zeros(count, dtype=np.int64))


def _measure(texts: Sequence[_Text], model: LanguageModel, report: Report | None) -> Iterator[TraceSums]:
    readings: list[Reading] = []
    places: list[tuple[_Text, int]] = []
    for text in texts:
        try:
            found = readings_of(text.condition, text.token_ids, model.context)
        except UsageError as error:
            raise UsageError(error.message, where=f"trace {text.trace.id!r}", advice=error.advice) from None
        text.unread = len(found)
        first = 0
        for reading in found:
            places.append((text, first))
            first += len(reading.token_ids) - reading.first
        readings += found
        if not found and report is not None:
            report(text.trace, text.sums())

    def receive(index: int, scores: TokenScores) -> None:
        text, first = places[index]
        text.nats[first : first + len(scores.nats)] = scores.nats
        text.ranks[first : first + len(scores.ranks)] = scores.ranks
        text.unread -= 1
        if not text.unread and report is not None:
            report(text.trace, text.sums())

    if readings:
        model.read(readings, receive)
    yield from (text.sums() for text in texts)
