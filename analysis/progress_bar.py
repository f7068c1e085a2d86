"""How far a long piece of work is, with the time left, on stderr."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

_LINES = 10


@contextmanager
def progress_bar(work: str, unit: str, console: "Console | None" = None) -> Iterator[Callable[[int, int], None]]:
    """Draw a bar with the time left; yields what to tell how much is done, and how much there is.

    Where the console is no terminal, a line is written after each tenth of the work instead.

    Parameters
    ----------
    work, unit
        What is done, and what is counted, such as ``"hidden states"`` and ``"words"``.
    console
        Where to draw; stderr when None.
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = console or Console(stderr=True, highlight=False)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(work, total=None)
        tenths = 0

        def report(done: int, total: int) -> None:
            nonlocal tenths
            bar.update(task, completed=done, total=total)
            now = done * _LINES // max(total, 1)
            if not console.is_terminal and now > tenths:
                console.print(f"{work}: {done:,} of {total:,} {unit}")
            tenths = now

        yield report
