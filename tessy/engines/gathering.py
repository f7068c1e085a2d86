"""Lets turns wait for each other for a moment, so that an engine's steps are full."""

import asyncio
from collections.abc import Callable


class Gathering:
    """Holds turns back until all that can come are there, or a short time has passed.

    An engine whose step costs the same for one session as for thirty does more in a second when sessions enter it
    together. Where a step's time grows with its sessions, waiting only costs.

    Parameters
    ----------
    seconds
        The longest wait of the first that comes; 0 holds nobody back.
    expected
        Says how many may come at all: when so many wait, nobody waits longer.
    """

    def __init__(self, seconds: float, expected: Callable[[], int]) -> None:
        self._seconds = seconds
        self._expected = expected
        self._waiting: list[asyncio.Future[None]] = []
        self._timer: asyncio.TimerHandle | None = None

    async def wait(self) -> None:
        """Return when it is time to enter the engine."""
        if not self._seconds:
            return
        loop = asyncio.get_running_loop()
        turn: asyncio.Future[None] = loop.create_future()
        self._waiting.append(turn)
        if len(self._waiting) >= self._expected():
            self._release()
        elif self._timer is None:
            self._timer = loop.call_later(self._seconds, self._release)
        await turn

    def _release(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        waiting, self._waiting = self._waiting, []
        for turn in waiting:
            if not turn.done():
                turn.set_result(None)
