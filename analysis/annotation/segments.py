"""Traces cut into segments, the texts an annotator reads, and samples of them spread over questions and models."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from analysis.annotation.choices import Unit
from analysis.corpus import CorpusTrace
from detectors.spans import SENTENCE_ENDS, Word, words

_LONGEST_SENTENCE = 2
"""A sentence of more than this many segment lengths is cut by words: tables and code know no full stops."""


@dataclass(frozen=True, slots=True)
class TraceSegment:
    """A stretch of a trace that is annotated on its own.

    Attributes
    ----------
    id
        Trace, model and first character, joined by ``|``; the trace's own id where it is left whole.
    text
        The stretch, from a word's start to a word's end.
    model
        The model that wrote it; empty when unknown.
    question
        The question it answers: the id of the first trace that was read with the same prompt.
    """

    id: str
    text: str
    model: str
    question: str


def cut(text: str, unit: Unit, length: int = 60) -> list[tuple[int, int]]:
    """Cut a text into stretches of about `length` words, in characters ``[start, end)``.

    By words, every stretch has `length` words, as in the paper. By sentences, whole sentences and lines are gathered
    until they hold `length` words. A rest of less than half the length belongs to the stretch before it. A word here
    holds a letter or a digit; signs count as part of the word before them.

    Raises
    ------
    ValueError
        When `length` is less than 1.
    """
    if length < 1:
        raise ValueError(f"segments need at least 1 word, got {length}")
    parts = words(text)
    if unit is Unit.WHOLE or not parts:
        return [(parts[0].start, parts[-1].end)] if parts else []
    limit = length if unit is Unit.WORDS else _LONGEST_SENTENCE * length
    pieces = [piece for whole in _sentences(text, parts, unit) for piece in _by_words(whole, limit)]
    stretches: list[list[Word]] = []
    for piece in pieces:
        if stretches and (_count(stretches[-1]) < length or _count(piece) == 0):
            stretches[-1].extend(piece)
        else:
            stretches.append(list(piece))
    if len(stretches) > 1 and 2 * _count(stretches[-1]) < length:
        rest = stretches.pop()
        stretches[-1].extend(rest)
    return [(stretch[0].start, stretch[-1].end) for stretch in stretches]


def _count(parts: Iterable[Word]) -> int:
    return sum(any(map(str.isalnum, part.text)) for part in parts)


def _sentences(text: str, parts: Sequence[Word], unit: Unit) -> Iterator[Sequence[Word]]:
    if unit is Unit.WORDS:
        yield parts
        return
    start = 0
    for index, (left, right) in enumerate(pairwise(parts), start=1):
        gap = text[left.end : right.start]
        if "\n" in gap or (gap and left.text[0] in SENTENCE_ENDS):
            yield parts[start:index]
            start = index
    yield parts[start:]


def _by_words(parts: Sequence[Word], limit: int) -> Iterator[Sequence[Word]]:
    start = counted = 0
    for index, part in enumerate(parts):
        if any(map(str.isalnum, part.text)):
            if counted == limit:
                yield parts[start:index]
                start, counted = index, 0
            counted += 1
    yield parts[start:]


def segments_of(traces: Iterable[CorpusTrace], unit: Unit = Unit.WORDS, length: int = 60) -> list[TraceSegment]:
    """Cut the thinking of every trace into segments; a trace without any (or without words) gives none."""
    segments: list[TraceSegment] = []
    names: Counter[str] = Counter()
    questions: dict[str, str] = {}
    for trace in traces:
        text = trace.thinking
        question = questions.setdefault(trace.question, trace.id)
        for start, end in cut(text, unit, length):
            name = trace.id if unit is Unit.WHOLE else f"{trace.id}|{trace.model}|{start}"
            # Traces without an id of their own are named by their prompt, and may then share a name.
            names[name] += 1
            unique = name if names[name] == 1 else f"{name}#{names[name]}"
            segments.append(TraceSegment(unique, text[start:end], trace.model, question))
    return segments


def sample(segments: Sequence[TraceSegment], size: int, seed: int = 0) -> list[TraceSegment]:
    """Draw segments at random, spread first over questions and then over the models that answer each.

    A smaller sample with the same seed is the beginning of a larger one.
    """
    order = np.random.default_rng(seed).permutation(len(segments))
    shuffled = [segments[index] for index in order]
    by_both = _take_turns(shuffled, lambda segment: (segment.question, segment.model))
    return _take_turns(by_both, lambda segment: segment.question)[:size]


def _take_turns(segments: Iterable[TraceSegment], group: Callable[[TraceSegment], Hashable]) -> list[TraceSegment]:
    """Order segments so that the first of every group comes before the second of any."""
    turns: Counter[Hashable] = Counter()
    ranked: list[tuple[int, TraceSegment]] = []
    for segment in segments:
        turns[group(segment)] += 1
        ranked.append((turns[group(segment)], segment))
    return [segment for _, segment in sorted(ranked, key=lambda item: item[0])]
