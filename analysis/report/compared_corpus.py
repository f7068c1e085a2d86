"""A corpus of a comparison: its traces, and by what name the report knows it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from analysis.corpus import CorpusTrace, read_corpus
from analysis.terminal import fingerprint
from detectors.errors import DataError, UsageError

STUDENT: Final = "student"
TEACHER: Final = "teacher"
_LEAST_QUESTIONS: Final = 2
_LONGEST_NAME: Final = 100
"""Bytes."""
_NAMED = re.compile(r"([^=/\\]+)=(.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class ComparedCorpus:
    """What one model wrote.

    Attributes
    ----------
    key
        Its name in the report: ``student``, ``teacher``, or the name given for another.
    label
        Its name in figures: the model that its rows name, or else the key.
    path, sha256
        Its file, or folder, and the hash of the file's bytes; empty for a folder.
    traces
        The traces that have a thinking.
    """

    key: str
    label: str
    path: Path
    sha256: str
    traces: Sequence[CorpusTrace]

    @property
    def questions(self) -> set[str]:
        """The questions it answers."""
        return {trace.question for trace in self.traces}


def on_shared_questions(corpora: Sequence[ComparedCorpus]) -> list[ComparedCorpus]:
    """Keep of each corpus the traces on the questions that all of them answer.

    Raises
    ------
    DataError
        When they are fewer than two: there would be no interval.
    """
    shared = set.intersection(*(corpus.questions for corpus in corpora))
    if len(shared) < _LEAST_QUESTIONS:
        raise DataError(
            f"{len(shared)} questions are answered by all of {', '.join(corpus.key for corpus in corpora)}, "
            f"and at least {_LEAST_QUESTIONS} are needed",
            advice="rows on the same question need the same prompt or, without prompts, the same id",
        )
    return [replace(one, traces=[trace for trace in one.traces if trace.question in shared]) for one in corpora]


def read_compared(student: Path, teacher: Path, others: Sequence[str]) -> list[ComparedCorpus]:
    """Read the corpora of a comparison, the student's first.

    Parameters
    ----------
    student, teacher
        Their files.
    others
        Further ones, each as ``NAME=FILE``.

    Raises
    ------
    UsageError
        When a file is missing, or a name is missing, taken or given twice.
    DataError
        When a row cannot be read, or no trace has a thinking.
    """
    files = {STUDENT: student, TEACHER: teacher}
    for other in others:
        found = _NAMED.fullmatch(other)
        if found is None:
            raise UsageError(f"--other {other!r} names no corpus", advice="write --other NAME=FILE")
        name, path = found.groups()
        if not name.isprintable() or len(name.encode()) > _LONGEST_NAME:
            raise UsageError(f"--other {name!r} cannot name files", advice="give a short name of visible signs")
        if name in files:
            raise UsageError(f"the corpus {name!r} is given twice", advice="give each --other a name of its own")
        files[name] = Path(path)
    corpora = [_read(key, path) for key, path in files.items()]
    if len({corpus.label for corpus in corpora}) == len(corpora):
        return corpora
    return [replace(corpus, label=corpus.key) for corpus in corpora]


def _read(key: str, path: Path) -> ComparedCorpus:
    traces = [trace for trace in read_corpus(path) if trace.thinking]
    if not traces:
        raise DataError("no trace has a thinking", where=str(path))
    if not any(sign.isalnum() for trace in traces for sign in trace.thinking):
        raise DataError("no thinking has a word", where=str(path))
    models = {trace.model for trace in traces}
    # The name that was given says what the corpus is; a role does not.
    label = models.pop() if len(models) == 1 and key in {STUDENT, TEACHER} else key
    label = label if label.isprintable() and label else key
    return ComparedCorpus(key, label, path, fingerprint(path) if path.is_file() else "", traces)
