"""The corpora of a figure: read, kept to the questions that all of them answer, counted, and given their colours."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.commands.named import named_roles

if TYPE_CHECKING:
    from analysis.corpus import CorpusTrace
    from analysis.measures.count_table import CountTable
    from analysis.plots.looks import RoleName
    from analysis.report.compared_corpus import ComparedCorpus


def read_corpora(
    student: Path, teacher: Path, others: Sequence[str] | None, *, shared: bool = False
) -> "list[ComparedCorpus]":
    """Read corpora as ``tessy-analyze compare`` does.

    Parameters
    ----------
    student, teacher
        Their files.
    others
        Further ones, each as ``NAME=FILE``.
    shared
        Whether to keep only traces on the questions that all corpora answer.

    Raises
    ------
    UsageError, DataError
        See `analysis.report.compared_corpus.read_compared`.
    DataError
        When the corpora share fewer than two questions, and only these are kept.
    """
    from analysis.report.compared_corpus import on_shared_questions, read_compared

    corpora = read_compared(student, teacher, others or ())
    return on_shared_questions(corpora) if shared else corpora


def said_of(corpora: "Sequence[ComparedCorpus]", *, shared: bool) -> str:
    """Say for a caption which traces a figure is of."""
    traces = f"{sum(len(corpus.traces) for corpus in corpora):,} traces of {len(corpora)} corpora"
    return f"{traces} on the {len(corpora[0].questions):,} questions that all answer" if shared else f"all {traces}"


def roles_of(corpora: "Sequence[ComparedCorpus]", given: Sequence[str] | None) -> "dict[str, RoleName]":
    """Return the roles of corpora by their labels: the student's, the teacher's, and those given as ``NAME=ROLE``.

    Raises
    ------
    UsageError
        When a role is none, or its name that of no corpus.
    """
    from analysis.report.compared_corpus import STUDENT, TEACHER

    roles: dict[str, RoleName] = {}
    for corpus in corpora:
        if corpus.key in (STUDENT, TEACHER):
            roles[corpus.label] = "student" if corpus.key == STUDENT else "teacher"
    return roles | named_roles(given or (), [corpus.label for corpus in corpora])


def tables_of(
    corpora: "Sequence[ComparedCorpus]", text: "Callable[[CorpusTrace], str]" = lambda trace: trace.thinking
) -> "dict[str, CountTable]":
    """Count the words of corpora by question; returns a table for each label.

    Parameters
    ----------
    corpora
        From `read_corpora`.
    text
        What to count of each trace.
    """
    from analysis.counting import count_tables

    tables = count_tables([corpus.traces for corpus in corpora], 1, text=text)
    return dict(zip([corpus.label for corpus in corpora], tables, strict=True))
