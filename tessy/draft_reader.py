"""Pushes the drafts of many traces into their watches together, for detectors that work in arrays."""

import asyncio
from collections.abc import Sequence

from tessy.watch import BoundaryFinder, Watch


class DraftReader:
    """Gathers the drafts that are there at the same time and judges a token of each at once.

    Parameters
    ----------
    finder
        The detector, compiled; one whose `BoundaryFinder.push_many` costs little more than a single push.
    """

    def __init__(self, finder: BoundaryFinder) -> None:
        self._finder = finder
        self._waiting: list[tuple[Watch, Sequence[int], asyncio.Future[None]]] = []
        self._work: asyncio.Task[None] | None = None

    async def follow(self, watch: Watch, tokens: Sequence[int]) -> None:
        """Push tokens until they are at their end or the watch has decided.

        Raises
        ------
        Exception
            Whatever the detector raises.
        """
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((watch, tokens, future))
        if self._work is None or self._work.done():
            self._work = asyncio.create_task(self._read())
        await future

    async def _read(self) -> None:
        # One turn of the loop lets every trace that is ready join.
        await asyncio.sleep(0)
        while self._waiting:
            batch, self._waiting = self._waiting, []
            try:
                self._push([(watch, tokens) for watch, tokens, _ in batch])
            except Exception as error:  # it belongs to the traces that asked
                for _, _, future in batch:
                    if not future.done():
                        future.set_exception(error)
                continue
            for _, _, future in batch:
                if not future.done():
                    future.set_result(None)
            await asyncio.sleep(0)

    def _push(self, drafts: list[tuple[Watch, Sequence[int]]]) -> None:
        place = 0
        while drafts := [(watch, tokens) for watch, tokens in drafts if place < len(tokens)]:
            decided = self._finder.push_many([watch for watch, _ in drafts], [tokens[place] for _, tokens in drafts])
            drafts = [draft for draft, stopped in zip(drafts, decided, strict=True) if not stopped]
            place += 1
