"""Words and n-grams counted fast, in bounded memory: of whole corpora, and by question for the measures."""

from typing import TYPE_CHECKING

from detectors.lazy import lazy_names

if TYPE_CHECKING:
    from analysis.counting.counting import count_all, count_corpus, count_terms
    from analysis.counting.question_table import count_table, count_tables
    from analysis.counting.side_by_side import shared_terms
    from analysis.counting.term_counter import TermCounter
    from analysis.counting.term_counts import TermCounts
    from analysis.counting.word_cutter import WordCutter

_HOMES = {
    "analysis.counting.counting": ("count_all", "count_corpus", "count_terms"),
    "analysis.counting.question_table": ("count_table", "count_tables"),
    "analysis.counting.side_by_side": ("shared_terms",),
    "analysis.counting.term_counter": ("TermCounter",),
    "analysis.counting.term_counts": ("TermCounts",),
    "analysis.counting.word_cutter": ("WordCutter",),
}

__all__ = [
    "TermCounter",
    "TermCounts",
    "WordCutter",
    "count_all",
    "count_corpus",
    "count_table",
    "count_tables",
    "count_terms",
    "shared_terms",
]

__getattr__, __dir__ = lazy_names(__name__, _HOMES)
