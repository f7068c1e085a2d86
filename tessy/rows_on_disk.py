"""Lines of JSON that survive a kill: appended in one write, repaired when the last one was torn."""

import json
import logging
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from tessy.errors import DataError

_log = logging.getLogger(__name__)
_ID_FIRST = re.compile(rb'^\{"id": ("(?:[^"\\]|\\.)*")[,}]')
_BLOCK = 1 << 20


def append_row(file: BinaryIO, row: Mapping[str, Any]) -> None:
    """Append one row to a file opened unbuffered for appending.

    Raises
    ------
    OSError
        When the disk does not take it; a part that was written is taken back.
    """
    try:
        line = json.dumps(row, ensure_ascii=False).encode() + b"\n"
    except UnicodeEncodeError:
        # A lone surrogate in somebody's metadata: escaped, it is still JSON in UTF-8.
        line = json.dumps(row).encode() + b"\n"
    end = os.fstat(file.fileno()).st_size
    try:
        written = file.write(line)
        while written < len(line):
            written += file.write(line[written:])
    except OSError:
        os.ftruncate(file.fileno(), end)
        raise


def repair_last_line(path: Path) -> int:
    """Cut off a last line that a kill left unfinished, or end it when only its line break is missing.

    Returns
    -------
    int
        The file's size afterwards, in bytes.
    """
    with path.open("rb+") as file:
        size = position = file.seek(0, os.SEEK_END)
        tail = b""
        while position > 0 and b"\n" not in tail:
            step = min(_BLOCK, position)
            position -= step
            file.seek(position)
            tail = file.read(step) + tail
        if not tail or tail.endswith(b"\n"):
            return size
        last = tail.rpartition(b"\n")[2]
        try:
            whole = isinstance(json.loads(last), dict)
        except ValueError:
            whole = False
        if whole:
            file.seek(0, os.SEEK_END)
            file.write(b"\n")
            return size + 1
        _log.warning("%s: the last line was torn; its %d bytes are dropped and the row is made again", path, len(last))
        file.truncate(size - len(last))
        return size - len(last)


def ids_of(path: Path) -> Iterator[str]:
    """Read the id of every row, without parsing the rows where that can be helped.

    Raises
    ------
    DataError
        At a line that is no row with an id.
    """
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            match = _ID_FIRST.match(line)
            try:
                yield json.loads(match.group(1)) if match else json.loads(line)["id"]
            except (ValueError, KeyError, TypeError) as error:
                raise DataError(
                    f"not a row with an id: {line[:80]!r}",
                    where=f"{path}:{number}",
                    advice="repair or remove the line, or start afresh with --no-resume",
                ) from error
