"""What is finished and what is half finished: the files of one run, safe against a kill at any moment."""

import fcntl
import logging
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

from analysis.jsonl import read_rows, write_rows
from tessy.digests import digest64
from tessy.errors import OutputBusyError, TessyError, UsageError
from tessy.rows_on_disk import append_row, ids_of, repair_last_line
from tessy.run_settings import check_unchanged, write_settings
from tessy.trace import Piece, Role, ThrownDraft, Unfinished

_log = logging.getLogger(__name__)
_COMPACT_BYTES = 64 << 20


class Journal:
    """The output of a run and the files beside it.

    For ``x.jsonl`` these are ``x.errors.jsonl`` (prompts that failed, tried again by the next run), ``x.partial.jsonl``
    (traces that were being written, taken up by the next run) and ``x.run.json`` (the settings, so that a run is not
    resumed with others). Use it as a context manager; it locks the output against other processes.

    Parameters
    ----------
    out
        The output file.
    settings
        What shapes the rows; compared when resuming.
    resume
        Go on where an earlier run stopped. If not, an output that exists is set aside under a number.

    Raises
    ------
    OutputBusyError
        When another process writes the same output.
    SettingsChangedError
        When the earlier run had other settings.
    UsageError
        When the output cannot be written, or is no output of ours.
    DataError
        When a line that is not the last one cannot be read.
    """

    def __init__(self, out: Path, settings: Mapping[str, Any], *, resume: bool = True) -> None:
        self.out = out
        self.errors = out.with_name(f"{out.stem}.errors.jsonl")
        self.partial = out.with_name(f"{out.stem}.partial.jsonl")
        self.settings_file = out.with_name(f"{out.stem}.run.json")
        self._settings = settings
        self._resume = resume
        self._done: set[int] = set()
        self._half: dict[str, Unfinished] = {}
        self._files = ExitStack()

    def __enter__(self) -> Self:
        try:
            return self._enter()
        except OSError as error:
            self._files.close()
            raise UsageError(f"cannot write {error.filename or self.out}: {error.strerror}") from error
        except BaseException:
            self._files.close()
            raise

    def _enter(self) -> Self:
        self.out.parent.mkdir(parents=True, exist_ok=True)
        if not self._resume:
            self._set_aside()
        self._rows = self._lock(self.out)
        if any(path.exists() and path.stat().st_size for path in (self.out, self.partial)):
            # What is half written counts: its token ids mean nothing to another model.
            check_unchanged(self.settings_file, self._settings, self.out)
            repair_last_line(self.out)
            self._done = {digest64(identifier) for identifier in ids_of(self.out)}
        write_settings(self.settings_file, self._settings)
        self._half = self._tidy_partial()
        self._drop_errors()
        self._partial = self._open(self.partial)
        self._compact_at = _COMPACT_BYTES
        self._failures = self._open(self.errors)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Close the files; drop what the finished rows make superfluous."""
        with self._files:
            try:
                self._tidy()
            except TessyError as failure:
                if error is None:
                    raise
                # What ended the run says more, and untidy files are read just as well.
                _log.warning("%s", failure)

    def _tidy(self) -> None:
        self._tidy_partial()
        self._drop_errors()
        for path in (self.partial, self.errors):
            if path.exists() and path.stat().st_size == 0:
                path.unlink()

    def _open(self, path: Path) -> BinaryIO:
        return self._files.enter_context(path.open("ab", buffering=0))

    def _lock(self, path: Path) -> BinaryIO:
        file = self._open(path)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise OutputBusyError(
                "another process is writing this output", where=str(path), advice="wait for it or choose another --out"
            ) from error
        return file

    def _set_aside(self) -> None:
        """Rename an output that exists; what it holds is never lost."""
        if self.out.exists():
            self._lock(self.out)
            number = 1
            while (old := self.out.with_name(f"{self.out.stem}.{number}{self.out.suffix}")).exists():
                number += 1
            self.out.rename(old)
        for path in (self.errors, self.partial, self.settings_file):
            path.unlink(missing_ok=True)

    def _read_partial(self) -> dict[str, Unfinished]:
        """Read the traces that were being written and are not done."""
        half: dict[str, Unfinished] = {}
        if not self.partial.exists() or not repair_last_line(self.partial):
            return half
        for _, row in read_rows(self.partial):
            if self.is_done(row["id"]):
                continue
            before = half.get(row["id"]) if row["from"] else None
            pieces = tuple(Piece(Role(role), text, tuple(ids)) for role, text, ids in row["pieces"])
            thrown = tuple(ThrownDraft(Role(role), position, text) for role, position, text in row.get("thrown", ()))
            if before:
                pieces, thrown = before.pieces + pieces, before.thrown + thrown
            half[row["id"]] = Unfinished(Role(row["role"]), row["ended"], pieces, thrown)
        return half

    def _tidy_partial(self) -> dict[str, Unfinished]:
        """Write each trace that is not done as one row, and return them."""
        half = self._read_partial()
        if self.partial.exists():
            write_rows(self.partial, (_partial_row(key, 0, gained) for key, gained in half.items()))
        return half

    def _drop_errors(self) -> None:
        """Keep the last error of each prompt that is not done."""
        if not self.errors.exists() or not repair_last_line(self.errors):
            return
        rows = {row["id"]: row for _, row in read_rows(self.errors) if not self.is_done(row["id"])}
        write_rows(self.errors, rows.values())

    @property
    def finished(self) -> int:
        """How many rows the output holds."""
        return len(self._done)

    def is_done(self, identifier: str) -> bool:
        """Tell whether the output holds the row of a prompt."""
        return digest64(identifier) in self._done

    def half_finished(self, identifier: str) -> Unfinished | None:
        """Return what was written of a trace when an earlier run stopped, once."""
        return self._half.pop(identifier, None)

    def finish(self, row: Mapping[str, Any]) -> None:
        """Append a finished row, whole or not at all.

        Raises
        ------
        TessyError
            When the disk does not take it.
        """
        self._append(self._rows, row)
        self._done.add(digest64(row["id"]))

    def fail(self, row: Mapping[str, Any]) -> None:
        """Append the row of a prompt that failed."""
        self._append(self._failures, row)

    def checkpoint(self, identifier: str, start: int, gained: Unfinished) -> None:
        """Note what a trace has gained: its pieces from number `start` on."""
        self._append(self._partial, _partial_row(identifier, start, gained))
        if self._partial.tell() > self._compact_at:
            self._compact()

    def _compact(self) -> None:
        """Drop from the partial traces what has been finished since."""
        self._tidy_partial()
        self._partial.close()
        self._partial = self._open(self.partial)
        self._compact_at = max(_COMPACT_BYTES, 2 * self.partial.stat().st_size)

    def _append(self, file: BinaryIO, row: Mapping[str, Any]) -> None:
        try:
            append_row(file, row)
        except OSError as error:
            raise TessyError(
                f"cannot write: {error.strerror}", where=str(file.name), advice="make room, then run again to go on"
            ) from error


def _partial_row(identifier: str, start: int, gained: Unfinished) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": identifier,
        "role": gained.role.value,
        "ended": gained.ended,
        "from": start,
        "pieces": [[piece.role.value, piece.text, list(piece.token_ids)] for piece in gained.pieces],
    }
    if gained.thrown:
        row["thrown"] = [[draft.role.value, draft.position, draft.text] for draft in gained.thrown]
    return row
