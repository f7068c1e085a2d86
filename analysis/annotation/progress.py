"""How far an annotation has come: a live line on a terminal, plain lines elsewhere."""

import time
from datetime import timedelta
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

_PLAIN_SECONDS = 15.0


class AnnotationProgress:
    """Counts segments that are done; a context manager that shows the line while its block runs.

    Parameters
    ----------
    console
        Where to show it.
    total
        Segments to annotate in this run, by all annotators together.
    """

    def __init__(self, console: Console, total: int) -> None:
        self._console = console
        self._failed = 0
        self._shown = time.monotonic()
        self._progress = Progress(
            TextColumn("segments"),
            BarColumn(bar_width=None),
            MofNCompleteColumn(),
            TextColumn("{task.fields[line]}"),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task = self._progress.add_task("segments", total=total, line="")

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._progress.stop()

    def advance(self, *, failed: bool) -> None:
        """Count one more segment."""
        self._failed += failed
        self._progress.advance(self._task)
        self._progress.update(self._task, line=self.line())
        if not self._console.is_terminal and time.monotonic() - self._shown > _PLAIN_SECONDS:
            self._shown = time.monotonic()
            task = self._progress.tasks[0]
            counts = f"{task.completed:,.0f}/{task.total:,.0f} segments"
            self._console.print(f"{counts}, {self.line()}", highlight=False, soft_wrap=True)

    def line(self) -> str:
        """Say how many failed and how much time is left."""
        task = self._progress.tasks[0]
        left = task.elapsed * (task.remaining or 0) / task.completed if task.elapsed and task.completed else None
        eta = str(timedelta(seconds=round(left))) if left is not None else "-:--:--"
        return f"{self._failed:,} failed, ETA {eta}" if self._failed else f"ETA {eta}"
