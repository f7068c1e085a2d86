"""Many segments at once: a few requests in the air, and no fault stops the others."""

import asyncio
from collections.abc import Callable, Iterable, Iterator

from analysis.annotation.annotator import Annotation, Annotator
from analysis.annotation.faults import NoAnswerError
from analysis.annotation.segments import TraceSegment

_MOST_IN_A_ROW = 10
"""Segments in a row that an endpoint may leave without any answer before the rest is not even tried."""


async def annotate(
    segments: Iterable[TraceSegment],
    annotator: Annotator,
    receive: Callable[[Annotation], None],
    *,
    concurrency: int = 8,
) -> None:
    """Annotate segments, handing each to `receive` when it is done, found or failed.

    Raises
    ------
    NoAnswerError
        When so many segments in a row get no answer that going on is of no use; the rest is left for the next run.
    """
    campaign = _Campaign(annotator, receive, max(concurrency, _MOST_IN_A_ROW))
    shared = iter(segments)
    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(concurrency):
                group.create_task(campaign.work(shared))
    except BaseExceptionGroup as failures:
        raise failures.exceptions[0] from None


class _Campaign:
    """What the workers of one call share."""

    def __init__(self, annotator: Annotator, receive: Callable[[Annotation], None], patience: int) -> None:
        self._annotator = annotator
        self._receive = receive
        self._patience = patience
        self._in_a_row = 0

    async def work(self, segments: Iterator[TraceSegment]) -> None:
        for segment in segments:
            annotation = await self._annotator.annotate(segment)
            self._receive(annotation)
            last = annotation.failures[-1].error if annotation.located is None else None
            self._in_a_row = self._in_a_row + 1 if isinstance(last, NoAnswerError) else 0
            if isinstance(last, NoAnswerError) and self._in_a_row >= self._patience:
                raise last
