"""What an annotator has finished: its rows and its faults, safe against a kill at any moment."""

import fcntl
import json
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from analysis.annotation.annotator import Annotation, Annotator
from analysis.annotation.segments import TraceSegment
from analysis.jsonl import line_of
from detectors.errors import DataError, UsageError


class AnnotationJournal:
    """The output of one annotator; a context manager that locks it against other processes.

    For ``x.jsonl`` the segments without usable answer go to ``x.errors.jsonl``, with every raw answer; the next run
    asks for them again. Files without rows are removed at the end.

    Parameters
    ----------
    out
        The output file.
    annotator
        Who writes it.

    Raises
    ------
    UsageError
        When the output cannot be written, is in use, or belongs to another annotator or prompt.
    DataError
        When a line before the last is no row; a torn last line is dropped.
    """

    def __init__(self, out: Path, annotator: Annotator) -> None:
        self.out = out
        self.errors = out.with_name(f"{out.stem}.errors.jsonl")
        self._annotator = annotator

    def __enter__(self) -> Self:
        with ExitStack() as closing:
            try:
                self.out.parent.mkdir(parents=True, exist_ok=True)
                self._file = closing.enter_context(self.out.open("ab+", buffering=0))
                self._lock()
                self._texts = self._read_rows()
                self._tidy_errors()
            except OSError as error:
                raise UsageError(f"cannot write {error.filename or self.out}: {error.strerror}") from error
            closing.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Drop the faults of what is finished since, and close."""
        with self._file:
            self._tidy_errors()
            if not self._texts:
                self.out.unlink(missing_ok=True)

    def _lock(self) -> None:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise UsageError(
                f"another process is writing {self.out}", advice="wait for it or choose another --out"
            ) from error

    def _read_rows(self) -> dict[str, str]:
        """Read the text of every finished segment, then drop a last line that a kill left unfinished."""
        self._file.seek(0)
        content = self._file.read()
        texts: dict[str, str] = {}
        for number, row in _rows(content, self.out):
            found = (row.get("annotator"), row.get("prompt"))
            if found != (self._annotator.name, self._annotator.prompt.value):
                raise UsageError(
                    f"{self.out}:{number} is by annotator {found[0]!r} with prompt {found[1]!r}, not by "
                    f"{self._annotator.name!r} with {self._annotator.prompt.value!r}",
                    advice="choose another --out",
                )
            texts[str(row.get("id"))] = str(row.get("text"))
        self._file.truncate(content.rfind(b"\n") + 1)
        return texts

    def _tidy_errors(self) -> None:
        """Keep the last fault of every segment that is not finished."""
        if not self.errors.exists():
            return
        kept = {row["id"]: row for _, row in _rows(self.errors.read_bytes(), self.errors)}
        lines = [line_of(row) for identifier, row in kept.items() if identifier not in self._texts]
        draft = self.errors.with_name(f".{self.errors.name}")
        draft.write_text("".join(lines), encoding="utf-8")
        draft.replace(self.errors)
        if not lines:
            self.errors.unlink()

    def waiting(self, segments: Iterable[TraceSegment]) -> list[TraceSegment]:
        """Return the segments that are not finished.

        Raises
        ------
        UsageError
            When a finished segment had another text, for the traces or the way they are cut have changed.
        """
        left: list[TraceSegment] = []
        for segment in segments:
            text = self._texts.get(segment.id)
            if text is None:
                left.append(segment)
            elif text != segment.text:
                raise UsageError(
                    f"{self.out} holds another text for segment {segment.id!r}",
                    advice="cut the same traces with the same --unit and --length, or choose another --out",
                )
        return left

    def _append(self, line: bytes) -> None:
        written = 0
        while written < len(line):
            written += self._file.write(line[written:])

    def write(self, annotation: Annotation) -> None:
        """Append the row of a segment to the output, or to the faults.

        Raises
        ------
        UsageError
            When the disk does not take it.
        """
        line = line_of(self._annotator.row(annotation)).encode()
        try:
            if annotation.located is None:
                with self.errors.open("ab") as faults:
                    faults.write(line)
            else:
                self._append(line)
                self._texts[annotation.segment.id] = annotation.segment.text
        except OSError as error:
            raise UsageError(
                f"cannot write {self.out}: {error.strerror}", advice="make room, then run again"
            ) from error


def _rows(content: bytes, path: Path) -> Iterable[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(content[: content.rfind(b"\n") + 1].split(b"\n")[:-1], start=1):
        try:
            row = json.loads(line)
        except ValueError as error:
            raise DataError(
                f"not JSON: {error}", where=f"{path}:{number}", advice="repair or remove the line"
            ) from error
        if not isinstance(row, dict) or not isinstance(row.get("id"), str):
            raise DataError("not a row with an id", where=f"{path}:{number}", advice="choose another --out")
        yield number, row
