"""Who may hold keys and values in an engine whose memory for them is limited."""

import asyncio
from collections import OrderedDict, deque
from typing import Protocol

from tessy.engines.block_layout import BlockLayout


class Holder(Protocol):
    """A session that can do without its keys and values: it makes them anew from its ids."""

    def evict(self) -> None:
        """Free what is held. Called while the session is idle."""
        ...


class Capacity:
    """Shares blocks among sessions: a turn takes what it may need and waits where that is not to be had.

    Sessions between two turns keep what they hold until another needs it. The one that has just become idle goes first:
    traces go round, so it is the one that comes back last, and those that come back first find their keys and values.

    Parameters
    ----------
    layout
        What there is.
    sessions
        The most sessions that may hold something.
    """

    def __init__(self, layout: BlockLayout, sessions: int) -> None:
        self.layout = layout
        self._sessions = sessions
        self._idle: OrderedDict[Holder, int] = OrderedDict()
        self._busy: dict[Holder, int] = {}
        self._queue: deque[tuple[Holder, int, asyncio.Future[None]]] = deque()

    async def take(self, holder: Holder, tokens: int) -> None:
        """Reserve room for a context of so many tokens, in the order of asking.

        A context for which there is never enough room gets all of it, alone.
        """
        need = self.layout.needed(tokens)
        if not self._queue and self._admit(holder, need):
            return
        entry = (holder, need, asyncio.get_running_loop().create_future())
        self._queue.append(entry)
        try:
            await entry[2]
        except asyncio.CancelledError:
            if entry in self._queue:
                self._queue.remove(entry)
            else:
                self.drop(holder)
            self._serve()
            raise

    def give(self, holder: Holder, tokens: int) -> None:
        """Say that a turn is over and what the session goes on holding."""
        del self._busy[holder]
        self._idle[holder] = self.layout.needed(tokens)
        self._serve()

    def drop(self, holder: Holder) -> None:
        """Say that a session holds nothing any more."""
        self._busy.pop(holder, None)
        self._idle.pop(holder, None)
        self._serve()

    @property
    def busy(self) -> int:
        """Sessions whose turn it is."""
        return len(self._busy)

    @property
    def idle(self) -> int:
        """Sessions that hold something between two turns."""
        return len(self._idle)

    def _serve(self) -> None:
        while self._queue:
            holder, need, ready = self._queue[0]
            if not ready.done():
                if not self._admit(holder, need):
                    return
                ready.set_result(None)
            self._queue.popleft()

    def _admit(self, holder: Holder, need: int) -> bool:
        """Make room by evicting idle sessions, if that is enough; all of it for one that finds nobody busy."""
        taken = sum(self._busy.values()) + need
        if self._busy and (taken > self.layout.blocks or len(self._busy) >= self._sessions):
            return False
        self._idle.pop(holder, None)
        while self._idle and (
            taken + sum(self._idle.values()) > self.layout.blocks or len(self._busy) + len(self._idle) >= self._sessions
        ):
            evicted, _ = self._idle.popitem()
            evicted.evict()
        self._busy[holder] = need
        return True
