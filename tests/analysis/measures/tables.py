"""Count tables and traces for the tests of measures."""

from collections.abc import Mapping

import numpy as np
from scipy.sparse import csr_array

from analysis.corpus import CorpusTrace
from analysis.counting import count_tables
from analysis.measures.count_table import CountTable


def table(rows: Mapping[str, Mapping[str, int]], sizes: Mapping[str, int] | None = None) -> CountTable:
    """Make a table of question -> term -> count."""
    questions = sorted(rows)
    terms = sorted({term for row in rows.values() for term in row})
    counts = np.array([[rows[question].get(term, 0) for term in terms] for question in questions], dtype=np.int64)
    counts = counts.reshape(len(questions), len(terms))
    found = counts.sum(axis=1) if sizes is None else np.array([sizes[question] for question in questions])
    return CountTable(tuple(terms), tuple(questions), csr_array(counts), found)


def traces(*texts: str, prompts: tuple[str, ...] = ()) -> list[CorpusTrace]:
    """Make one trace a text, on questions 0, 1, and so on."""
    asked = prompts or tuple(f"question {index}" for index in range(len(texts)))
    return [CorpusTrace(str(index), asked[index], text) for index, text in enumerate(texts)]


def counted(*corpora: list[CorpusTrace], longest: int = 1) -> list[CountTable]:
    """Count traces by question."""
    return count_tables(corpora, longest)
