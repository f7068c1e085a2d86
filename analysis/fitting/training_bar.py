"""How far a training is, with the time left, on stderr."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from analysis.fitting.training_settings import Report, TrainingStep

if TYPE_CHECKING:
    from rich.console import Console

_LINES = 10


@contextmanager
def training_bar(console: "Console | None" = None) -> Iterator[Report]:
    """Draw a bar with the loss and the time left; yields what to tell each step.

    Where the console is no terminal, a line is written after each tenth of the steps instead. What a training finds on
    held-out questions is a line of its own.

    Parameters
    ----------
    console
        Where to draw; stderr when None.
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = console or Console(stderr=True, highlight=False)
    columns = (TextColumn("training"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    text = TextColumn("{task.description}")
    # Where it is no terminal, a transient bar leaves an empty line.
    with Progress(*columns, text, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=None)

        def report(step: TrainingStep) -> None:
            bar.update(task, completed=step.step, total=step.steps)
            if step.loss is not None:
                bar.update(task, description=f"loss {step.loss:.3f}")
            if step.f1 is not None:
                console.print(f"step {step.step} of {step.steps}: F1 {step.f1:.3f} on held-out questions")
            elif not console.is_terminal and step.loss is None and _is_tenth(step):
                console.print(f"step {step.step} of {step.steps}, {bar.tasks[task].time_remaining or 0:.0f} s left")

        yield report


def _is_tenth(step: TrainingStep) -> bool:
    return step.step * _LINES // step.steps > (step.step - 1) * _LINES // step.steps
