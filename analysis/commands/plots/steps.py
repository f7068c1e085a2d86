"""Progress through work whose size is known."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

Item = TypeVar("Item")
Step = Callable[[int], None]


@contextmanager
def stepping(work: str, total: int, unit: str = "steps") -> Iterator[Step]:
    """Draw a bar with the time left; yields what is told how much more is done."""
    from analysis.progress_bar import progress_bar

    done = 0
    with progress_bar(work, unit) as report:

        def step(more: int) -> None:
            nonlocal done
            done += more
            report(done, total)

        yield step


def stepped(items: Iterable[Item], step: Step) -> Iterator[Item]:
    """Pass items on, with a step after each."""
    for item in items:
        yield item
        step(1)
