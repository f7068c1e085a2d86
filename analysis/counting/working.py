"""Batches counted by several processes, their results in the order of the batches."""

import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from typing import TypeVar

import numpy as np

from analysis.counting.batch import BatchCounts, count_batch
from analysis.counting.word_cutter import WordCutter

Tag = TypeVar("Tag")
_AHEAD = 2
_cutters: list[WordCutter] = []


def counted(
    batches: Iterable[tuple[Sequence[str], Tag]], longest: int, workers: int = 1, cutter: WordCutter | None = None
) -> Iterator[tuple[BatchCounts, Tag]]:
    """Count batches of texts; the results do not depend on how many processes count.

    Parameters
    ----------
    batches
        Texts, and anything that is to come back with their counts.
    longest
        The most words of a term.
    workers
        How many processes count; with 1 it is this one. A few batches a process are in memory at once.
    cutter
        What cuts the words where this process counts; by default a new one.
    """
    if workers == 1:
        _keep_freed_memory()
        cutter = cutter or WordCutter()
        for texts, tag in batches:
            yield count_batch(texts, longest, cutter), tag
        return
    # A process that is forked would share this one's threads' locks.
    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_start)
    waiting: deque[tuple[Future[BatchCounts], Tag]] = deque()
    try:
        for texts, tag in batches:
            waiting.append((pool.submit(_count, texts, longest), tag))
            if len(waiting) >= workers + _AHEAD:
                first, first_tag = waiting.popleft()
                yield first.result(), first_tag
        while waiting:
            first, first_tag = waiting.popleft()
            yield first.result(), first_tag
    finally:
        pool.shutdown(cancel_futures=True)


def _keep_freed_memory() -> None:
    """Have the memory of one batch's arrays used again for the next one's: a sixth of the time for single words.

    Where the C library is glibc, a large block that is freed goes back to the kernel, which has to clear it page by
    page when the next array is made; but after one of just below 32 MiB was freed (M_MMAP_THRESHOLD in mallopt(3)),
    blocks up to that size, 64 MiB of them, are kept. This one is never written to, so it takes no memory.
    """
    block = np.empty((32 << 20) - (8 << 10), dtype=np.uint8)
    del block


def _start() -> None:
    # Ctrl-C ends the process that gives out the work, and that one ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _keep_freed_memory()
    _cutters.append(WordCutter())


def _count(texts: Sequence[str], longest: int) -> BatchCounts:
    return count_batch(texts, longest, _cutters[0])


Item = TypeVar("Item")


def in_batches(items: Iterable[Item], size_of: Callable[[Item], int], most: int) -> Iterator[list[Item]]:
    """Put items into batches that end as soon as their sizes add up to `most`."""
    batch: list[Item] = []
    size = 0
    for item in items:
        batch.append(item)
        # Empty ones count too, or millions of them would be one batch.
        size += size_of(item) + 1
        if size >= most:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
