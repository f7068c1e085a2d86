"""The sums of traces on disk: what was scored is not scored again, whatever ended the run before."""

import fcntl
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from analysis.corpus import CorpusTrace
from analysis.jsonl import line_of
from analysis.loss.sums import TraceSums, key_of
from detectors.errors import DataError, UsageError

ROWS: Final = "traces.jsonl"
SETTINGS: Final = "settings.json"


class LossJournal:
    """A folder with one row a trace; a context manager that locks it against other processes.

    ``traces.jsonl`` holds the sums by part of every trace that was scored, ``settings.json`` what they depend on beside
    the trace. A trace is known by its prompt, thinking and answer, so corpora may share a journal, and a trace that has
    changed is scored anew.

    Parameters
    ----------
    folder
        The folder; made where it is missing.
    settings
        What the sums depend on: the model, how traces are rendered, the detector. Any JSON.

    Raises
    ------
    UsageError
        On entry, when the folder cannot be written, is in use, or was made with other settings.
    DataError
        On entry, when a line before the last is no row; a torn last line is dropped.
    """

    def __init__(self, folder: Path, settings: Mapping[str, Any]) -> None:
        self.folder = folder
        self._rows = folder / ROWS
        self._settings = json.loads(json.dumps(settings))

    def __enter__(self) -> Self:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._file = self._rows.open("ab+", buffering=0)
        except OSError as error:
            raise UsageError(f"cannot write to {self.folder}: {error.strerror}") from error
        try:
            self._lock()
            self._check_settings()
            self._sums = self._read()
        except BaseException:
            self._file.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Close the file."""
        self._file.close()

    def sums_of(self, trace: CorpusTrace) -> TraceSums | None:
        """Return the sums of a trace; None when it was not scored yet."""
        found = self._sums.get(key_of(trace))
        # Traces without a prompt may be alike and still be of two questions.
        return None if found is None else replace(found, question=trace.question)

    def write(self, trace: CorpusTrace, sums: TraceSums) -> None:
        """Append the row of a trace.

        Raises
        ------
        UsageError
            When the disk does not take it.
        """
        line = line_of({"id": trace.id, "model": trace.model, **sums.as_row()}).encode()
        try:
            written = 0
            while written < len(line):
                written += self._file.write(line[written:])
        except OSError as error:
            raise UsageError(
                f"cannot write {self._rows}: {error.strerror}", advice="make room, then run again"
            ) from error
        self._sums[sums.key] = sums

    def _lock(self) -> None:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise UsageError(
                f"another process is writing {self._rows}", advice="wait for it or choose another --out"
            ) from error

    def _check_settings(self) -> None:
        path = self.folder / SETTINGS
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            self._begin(path)
            return
        except (OSError, ValueError) as error:
            raise DataError(f"not settings: {error}", where=str(path), advice="choose another --out") from error
        if found == self._settings:
            return
        known = found if isinstance(found, dict) else {}
        differ = sorted(name for name in {*known, *self._settings} if known.get(name) != self._settings.get(name))
        raise UsageError(
            f"{self.folder} holds sums that were made with another {', '.join(differ)}",
            advice="choose another --out, or remove the folder",
        )

    def _begin(self, path: Path) -> None:
        if self._file.seek(0, 2):
            raise UsageError(
                f"{self._rows} is there, but {path.name} does not say how it was made", advice="choose another --out"
            )
        draft = path.with_name(f".{path.name}")
        try:
            draft.write_text(json.dumps(self._settings, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
            draft.replace(path)
        except OSError as error:
            raise UsageError(f"cannot write {path}: {error.strerror}") from error

    def _read(self) -> dict[str, TraceSums]:
        """Read what was scored before, then drop a last line that a kill left unfinished."""
        self._file.seek(0)
        content = self._file.read()
        whole = content.rfind(b"\n") + 1
        found: dict[str, TraceSums] = {}
        for number, line in enumerate(content[:whole].splitlines(), start=1):
            try:
                sums = TraceSums.from_row(json.loads(line))
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                raise DataError(
                    "not a row of sums", where=f"{self._rows}:{number}", advice="remove the line, or the folder"
                ) from error
            found[sums.key] = sums
        self._file.truncate(whole)
        return found
