"""Counts by question: what measures with intervals over questions read."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from analysis.corpus import CorpusTrace
from analysis.counting.counting import BATCH, TextOf, count_all, thinking
from analysis.counting.row_counts import RowCounts
from analysis.counting.term_counter import CAPACITY
from analysis.counting.term_counts import Selection, select
from analysis.counting.word_cutter import WordCutter
from analysis.counting.working import in_batches

if TYPE_CHECKING:
    from analysis.measures.count_table import CountTable

MOST_QUESTIONS: Final = 2048


def count_table(
    traces: Iterable[CorpusTrace],
    longest: int = 3,
    *,
    least_documents: int = 1,
    most_terms: int | None = None,
    text: TextOf = thinking,
    capacity: int = CAPACITY,
    workers: int = 1,
) -> "CountTable":
    """Count the terms of one corpus by question; `count_tables` says how, and is right for corpora to be compared."""
    [table] = count_tables(
        [traces],
        longest,
        least_documents=least_documents,
        most_terms=most_terms,
        text=text,
        capacity=capacity,
        workers=workers,
    )
    return table


def count_tables(
    corpora: Sequence[Iterable[CorpusTrace]],
    longest: int = 3,
    *,
    least_documents: int = 1,
    most_terms: int | None = None,
    most_questions: int | None = MOST_QUESTIONS,
    text: TextOf = thinking,
    capacity: int = CAPACITY,
    workers: int = 1,
) -> "list[CountTable]":
    """Count the same terms of several corpora by question.

    The corpora are gone through twice: once to find the terms, once to count them by question. The second count is
    exact whatever the first one forgot. The texts of one question are added up. Beyond `most_questions`, in all corpora
    together, questions are put into about as many groups by a hash of their names, and a group stands in the tables
    where a question would: a bootstrap then draws groups. A group holds only questions that the same corpora answer, so
    tables that are aligned still speak of the same questions.

    Parameters
    ----------
    corpora
        Lists of traces, or `analysis.corpus.Corpus` for files too large for memory.
    longest
        The most words of an n-gram, 1 to 5; none goes over a line break.
    least_documents
        In how many texts, of all corpora together, a term must stand.
    most_terms
        How many terms to keep at most: the most frequent in all corpora together.
    most_questions
        From how many questions on they are grouped; None never groups them, and tables grow with the questions.
    text
        What to count of each trace. To leave words out, put a line feed in their place: no n-gram then goes over it.
    capacity, workers
        As for `analysis.counting.count_terms`; only the first count has several processes.

    Returns
    -------
    list of CountTable
        One a corpus, all with the same terms.

    Raises
    ------
    ValueError
        When a corpus can be gone through only once, as an iterator can.
    """
    for corpus in corpora:
        if iter(corpus) is corpus:
            raise ValueError("the traces are gone through twice: give a list, or an analysis.corpus.Corpus")
    # Bit by bit, which corpora answer a question.
    homes: dict[str, int] = {}

    def texts() -> Iterator[str]:
        for number, corpus in enumerate(corpora):
            for trace in corpus:
                homes[trace.question] = homes.get(trace.question, 0) | 1 << number
                yield text(trace)

    cutter = WordCutter()
    counter = count_all(texts(), longest, capacity=capacity, workers=workers, cutter=cutter)
    chosen = select(counter.tallies, least_documents=least_documents, most_terms=most_terms)
    names = chosen.names(counter.spellings)
    rows = _row_names(homes, most_questions)
    answered = [
        sorted({rows[question] for question, home in homes.items() if home >> number & 1})
        for number in range(len(corpora))
    ]
    return [
        _table(corpus, chosen, names, rows, found, text, cutter)
        for corpus, found in zip(corpora, answered, strict=True)
    ]


def _row_names(homes: Mapping[str, int], most: int | None) -> dict[str, str]:
    """Name the row of each question: itself or, where there are too many, a group of those with the same home."""
    if most is None or len(homes) <= most:
        return {question: question for question in homes}
    each = max(1, most // len(set(homes.values())))
    return {question: f"group {home:x}.{_hash(question) % each:04d}" for question, home in homes.items()}


def _hash(question: str) -> int:
    return int.from_bytes(hashlib.sha256(question.encode("utf-8", "surrogatepass")).digest()[:4], "big")


def _table(
    corpus: Iterable[CorpusTrace],
    chosen: Selection,
    names: Sequence[str],
    row_names: Mapping[str, str],
    rows: Sequence[str],
    text: TextOf,
    cutter: WordCutter,
) -> "CountTable":
    from analysis.measures.count_table import CountTable

    row_of = {name: row for row, name in enumerate(rows)}
    found = RowCounts(chosen.keys, len(rows))
    pairs = ((row_names[trace.question], text(trace)) for trace in corpus)
    for batch in in_batches(pairs, lambda pair: len(pair[1]), BATCH // len(chosen.keys)):
        row = np.array([row_of[question] for question, _ in batch], dtype=np.int64)
        found.add(cutter.cut([written for _, written in batch]), row)
    order = np.array(sorted(range(len(names)), key=names.__getitem__), dtype=np.int64)
    return CountTable(tuple(names[place] for place in order), tuple(rows), found.counts()[:, order], found.sizes)
