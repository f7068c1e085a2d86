"""Counts of the words and n-grams of texts and of whole corpora."""

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

from analysis.corpus import CorpusTrace, read_trace
from analysis.counting.folder import CountsFolder
from analysis.counting.term_counter import CAPACITY, TermCounter
from analysis.counting.term_counts import TermCounts
from analysis.counting.word_cutter import WordCutter
from analysis.counting.working import counted, in_batches
from analysis.sources.shards import Shards, find_shards, read_source

BATCH: Final = 8_000_000
"""Characters of text that are counted at once, divided by the longest term's words: some 2 million single words."""
BATCHES_BETWEEN_SAVES: Final = 50
Progress = Callable[[int, int], None]
TextOf = Callable[[CorpusTrace], str]


def thinking(trace: CorpusTrace) -> str:
    """Return the text of a trace that is counted by default: its thinking."""
    return trace.thinking


def count_terms(
    texts: Iterable[str],
    longest: int = 3,
    *,
    least_count: int = 1,
    least_documents: int = 1,
    most_terms: int | None = None,
    capacity: int = CAPACITY,
    workers: int = 1,
) -> TermCounts:
    """Count the words and n-grams of texts that are read one after the other, in bounded memory.

    The counts are those of `analysis.divergence.count_phrases`, to which this adds document frequencies.

    Parameters
    ----------
    texts
        The texts; each is one document.
    longest
        The most words of an n-gram, 1 to 5; none goes over a line break.
    least_count, least_documents, most_terms
        What to list: terms that stand often enough, in enough texts, and the most frequent of them.
    capacity
        How many terms of each length are kept in memory (`analysis.counting.tally` says what that means).
    workers
        How many processes count; the result is the same.

    Raises
    ------
    ValueError
        When `longest` or `capacity` is out of range.
    """
    counter = count_all(texts, longest, capacity=capacity, workers=workers)
    return counter.result(least_count=least_count, least_documents=least_documents, most_terms=most_terms)


def count_all(
    texts: Iterable[str],
    longest: int = 3,
    *,
    capacity: int = CAPACITY,
    workers: int = 1,
    cutter: WordCutter | None = None,
) -> TermCounter:
    """Count as `count_terms` does; returns the counter, which can be asked for several results, or count on.

    Parameters
    ----------
    texts, longest, capacity, workers
        As for `count_terms`.
    cutter
        What cuts texts into words. The same one for several corpora that are counted one after the other saves time: it
        remembers what it has cut. Where several processes count, each has its own.
    """
    counter = TermCounter(longest, capacity)
    batches = ((batch, None) for batch in in_batches(texts, len, BATCH // longest))
    for batch, _ in counted(batches, longest, workers, cutter):
        counter.add(batch)
    return counter


def count_corpus(
    path: str | os.PathLike[str],
    longest: int = 3,
    *,
    folder: str | os.PathLike[str] | None = None,
    text: TextOf = thinking,
    text_name: str = "thinking",
    capacity: int = CAPACITY,
    workers: int = 1,
    progress: Progress | None = None,
    notice: Callable[[str], None] | None = None,
) -> TermCounter:
    """Count the words and n-grams of a corpus of any size; a count that was stopped goes on where it was.

    Parameters
    ----------
    path
        What `analysis.corpus.stream_corpus` reads.
    longest, capacity, workers
        As for `count_terms`.
    folder
        Where to keep what is counted so far: after every 50 batches (some 33 million words with n-grams of 3), when
        the count is interrupted, and at the end. What is there is gone on from. None: nothing is kept.
    text, text_name
        What to count of each trace, and its name, which the folder remembers: it is refused for other texts.
    progress
        Told the bytes of the corpus that are counted, and all; `analysis.progress_bar.progress_bar` makes one.
    notice
        Told in a sentence that a count goes on, and after which row.

    Raises
    ------
    UsageError
        When there is no such file, or the folder holds the counts of another corpus, or of other settings.
    DataError
        When a row cannot be read, or the folder is broken.
    ValueError
        When `longest` or `capacity` is out of range.
    """
    shards = find_shards(Path(path))
    counter = TermCounter(longest, capacity)
    kept = CountsFolder(Path(folder), shards, text_name) if folder is not None else None
    rows = kept.load(counter) if kept else 0
    if rows and notice:
        notice(f"{counter.words:,} words are counted in {folder}; the count goes on after row {rows:,}")
    saved, size, whole = rows, shards.size, True
    try:
        for number, (batch, read) in enumerate(
            counted(_batches(shards, rows, text, BATCH // longest), longest, workers), start=1
        ):
            whole = False
            counter.add(batch)
            rows, whole = rows + batch.texts, True
            if progress:
                progress(read, size)
            if kept and not number % BATCHES_BETWEEN_SAVES:
                kept.save(counter, rows)
                saved = rows
    finally:
        # Also after Ctrl-C or a row that cannot be read, but not when a batch is added by half.
        if kept and whole and rows > saved:
            kept.save(counter, rows)
    return counter


def _batches(shards: Shards, skip: int, text: TextOf, most: int) -> Iterator[tuple[list[str], int]]:
    rows = ((text(read_trace(row.row, row.where)), row.read) for row in read_source(shards, skip))
    for batch in in_batches(rows, lambda item: len(item[0]), most):
        yield [written for written, _ in batch], batch[-1][1]
