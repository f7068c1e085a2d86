"""Answers questions of many coroutines at once: whoever asks while an answer is being made shares the next one."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

_Question = TypeVar("_Question")
_Answer = TypeVar("_Answer")


class Together(Generic[_Question, _Answer]):
    """Gathers questions into batches, one batch at a time.

    It belongs to the event loop in which it is first asked.

    Parameters
    ----------
    answer
        Answers a batch, in order. What it raises is raised to all who asked in that batch.
    most
        The most questions of a batch; None for no limit.
    """

    def __init__(
        self, answer: Callable[[list[_Question]], Awaitable[Sequence[_Answer]]], most: int | None = None
    ) -> None:
        self._answer = answer
        self._most = most
        self._waiting: list[tuple[_Question, asyncio.Future[_Answer]]] = []
        self._work: asyncio.Task[None] | None = None

    async def ask(self, question: _Question) -> _Answer:
        """Wait for the answer to one question."""
        future: asyncio.Future[_Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((question, future))
        if self._work is None or self._work.done():
            self._work = asyncio.create_task(self._answer_all())
        return await future

    async def close(self) -> None:
        """Answer nobody any more; who still waits is cancelled."""
        if self._work is not None:
            self._work.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._work
        waiting, self._waiting = self._waiting, []
        for _, future in waiting:
            future.cancel()

    async def _answer_all(self) -> None:
        while self._waiting:
            # One turn of the loop lets everyone who is ready join.
            await asyncio.sleep(0)
            # Who has been cancelled asks no longer.
            waiting = [(question, future) for question, future in self._waiting if not future.done()]
            batch, self._waiting = waiting[: self._most], waiting[self._most :] if self._most else []
            if batch:
                await self._answer_batch(batch)

    async def _answer_batch(self, batch: list[tuple[_Question, "asyncio.Future[_Answer]"]]) -> None:
        try:
            answers = await self._answer([question for question, _ in batch])
        except asyncio.CancelledError:
            for _, future in batch:
                future.cancel()
            raise
        except Exception as error:  # it belongs to those who asked
            for _, future in batch:
                if not future.done():
                    future.set_exception(error)
            return
        for (_, future), answer in zip(batch, answers, strict=True):
            if not future.done():
                future.set_result(answer)
