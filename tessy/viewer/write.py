"""Rows in, one page of HTML out."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import islice
from pathlib import Path

from analysis.corpus import stream_corpus
from analysis.jsonl import read_json_lines
from analysis.whole_file import whole_file
from detectors.errors import DataError, UsageError
from tessy.trace import Role
from tessy.viewer import page
from tessy.viewer.bundle import Own, bundles
from tessy.viewer.own_traces import OwnTraces
from tessy.viewer.trace_view import TraceView, read_view

Report = Callable[[int, int], None]


def write_viewer(
    rows: Path,
    out: Path,
    *,
    teacher: Path | None = None,
    student: Path | None = None,
    limit: int = 0,
    report: Report = lambda done, total: None,
) -> int:
    """Write the page that shows a file of rows; it appears whole or not at all.

    Rows are read one at a time: memory does not grow with their number.

    Parameters
    ----------
    rows
        What ``tessy-synth run`` wrote, JSON lines; ``.gz`` and ``.zst`` are decompressed.
    out
        The page; one that exists is replaced.
    teacher, student
        What each model wrote alone, in any shape that `analysis.corpus.stream_corpus` reads; shown beside the row on
        the same question, found by id or else by the prompt.
    limit
        Only the first so many rows; 0 for all.
    report
        Told how many bytes of `rows` are read, and how many there are.

    Returns
    -------
    int
        How many rows the page shows.

    Raises
    ------
    UsageError
        When a file is missing, or the page would replace one of them or cannot be written.
    DataError
        When a row cannot be read, or there is none; names file and line.
    """
    alone = {Role.TEACHER: teacher, Role.STUDENT: student}
    inputs = [rows, *(path for path in alone.values() if path)]
    for path in inputs:
        if out.exists() and path.exists() and path.samefile(out):
            raise UsageError(f"{out} is both read and written", advice="choose another --out")
    done = 0

    with ExitStack() as open_files:
        own = [
            open_files.enter_context(OwnTraces(role.value, stream_corpus(path))) for role, path in alone.items() if path
        ]

        def shown() -> Iterator[tuple[TraceView, Own]]:
            nonlocal done
            for row, where, read in islice(read_json_lines(rows), limit or None):
                view = read_view(row, where)
                found = {traces.role: traces.find(view.id, view.question_name) for traces in own}
                yield view, {role: trace for role, trace in found.items() if trace}
                done += 1
                report(read, rows.stat().st_size)

        with whole_file(out) as target:
            # A name of another encoding is shown as far as it can be read.
            target.write(page.start(os.fsencode(rows.name).decode("utf-8", "replace")))
            target.writelines(bundles(shown()))
            target.write(page.END)
            if not done:
                raise DataError("the file holds no rows", where=str(rows), advice="expected one JSON object a line")
    return done
