"""Asks a detector that reads a language model for many traces at once, and lets the event loop go on meanwhile."""

import asyncio

from detectors.base import BatchDetector, spans_of
from detectors.spans import Span


class SpanReader:
    """Gathers the texts that wait while the detector reads, and reads them together.

    Parameters
    ----------
    detector
        The detector; it is called in a thread, once at a time.
    """

    def __init__(self, detector: BatchDetector) -> None:
        self._detector = detector
        self._waiting: list[tuple[str, asyncio.Future[list[Span]]]] = []
        self._work: asyncio.Task[None] | None = None

    async def spans(self, text: str) -> list[Span]:
        """Find the style spans of a text.

        Raises
        ------
        Exception
            Whatever the detector raises.
        """
        future: asyncio.Future[list[Span]] = asyncio.get_running_loop().create_future()
        self._waiting.append((text, future))
        if self._work is None or self._work.done():
            self._work = asyncio.create_task(self._read())
        return await future

    async def _read(self) -> None:
        # One turn of the loop lets every trace that is ready join.
        await asyncio.sleep(0)
        while self._waiting:
            batch, self._waiting = self._waiting, []
            try:
                found = await asyncio.to_thread(self._find, [text for text, _ in batch])
            except Exception as error:  # it belongs to the traces that asked
                for _, future in batch:
                    if not future.done():
                        future.set_exception(error)
                continue
            for (_, future), spans in zip(batch, found, strict=True):
                if not future.done():
                    future.set_result(spans)

    def _find(self, texts: list[str]) -> list[list[Span]]:
        return list(spans_of(self._detector, texts))
