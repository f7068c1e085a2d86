"""How far a run has come: a live line on a terminal, plain lines elsewhere."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import timedelta

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

from tessy.trace import Role

_LIVE_SECONDS = 0.5
_PLAIN_SECONDS = 15.0


class RunProgress:
    """Counts traces and kept tokens of one run.

    Parameters
    ----------
    console
        Where to show it.
    total
        Traces to write in this run.
    kept
        Returns the tokens kept so far by role.
    """

    def __init__(self, console: Console, total: int, kept: Callable[[], Mapping[Role, int]]) -> None:
        self._console = console
        self._kept = kept
        self._failed = 0
        self._progress = Progress(
            TextColumn("traces"),
            BarColumn(bar_width=None),
            MofNCompleteColumn(),
            TextColumn("{task.fields[line]}"),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task: TaskID = self._progress.add_task("traces", total=total, line="")

    def advance(self, *, failed: bool) -> None:
        """Count one more trace."""
        self._failed += failed
        self._progress.advance(self._task)

    def line(self) -> str:
        """Say speed, share, failures and the time that is left."""
        task = self._progress.tasks[0]
        kept = self._kept()
        total = sum(kept.values())
        speed = total / task.elapsed if task.elapsed else 0.0
        share = kept[Role.TEACHER] / total if total else 0.0
        # The mean over the whole run: traces end in waves, and a short window would swing with them.
        left = task.elapsed * (task.remaining or 0) / task.completed if task.elapsed and task.completed else None
        eta = str(timedelta(seconds=round(left))) if left is not None else "-:--:--"
        failed = f", {self._failed} failed" if self._failed else ""
        return f"{total:,} tokens kept, {speed:,.0f}/s, teacher {share:.0%}{failed}, ETA {eta}"

    async def _tick(self) -> None:
        live = self._console.is_terminal
        while True:
            await asyncio.sleep(_LIVE_SECONDS if live else _PLAIN_SECONDS)
            self.show()

    def show(self) -> None:
        """Show the present state."""
        if self._console.is_terminal:
            self._progress.update(self._task, line=self.line())
        else:
            task = self._progress.tasks[0]
            counts = f"{task.completed:,.0f}/{task.total:,.0f} traces"
            self._console.print(f"{counts}, {self.line()}", highlight=False, soft_wrap=True)

    @contextlib.asynccontextmanager
    async def shown(self) -> AsyncIterator[None]:
        """Show the progress while the block runs."""
        with self._progress:
            ticking = asyncio.create_task(self._tick())
            try:
                yield
            finally:
                ticking.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await ticking
                if not self._console.is_terminal:
                    self.show()
