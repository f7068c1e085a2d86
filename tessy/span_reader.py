"""Asks a detector that reads a language model for many traces at once, and lets the event loop go on meanwhile."""

import asyncio

from detectors.base import BatchDetector, spans_of
from detectors.spans import Span
from tessy.together import Together


class SpanReader:
    """Gathers the texts that wait while the detector reads, and reads them together.

    Parameters
    ----------
    detector
        The detector; it is called in a thread, once at a time.
    """

    def __init__(self, detector: BatchDetector) -> None:
        self._detector = detector
        self._together = Together(self._read)

    async def spans(self, text: str) -> list[Span]:
        """Find the style spans of a text.

        Raises
        ------
        Exception
            Whatever the detector raises.
        """
        return await self._together.ask(text)

    async def _read(self, texts: list[str]) -> list[list[Span]]:
        return await asyncio.to_thread(lambda: list(spans_of(self._detector, texts)))
