"""JSON lines: the one place that reads and writes them."""

import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from detectors.errors import DataError, UsageError

Row = dict[str, Any]


def read_rows(path: str | os.PathLike[str]) -> Iterator[tuple[int, Row]]:
    """Read a file of JSON objects, one a line, as a stream; blank lines are passed over.

    Parameters
    ----------
    path
        The file, in UTF-8; a byte order mark is ignored.

    Yields
    ------
    tuple[int, dict]
        The line's number, counted from 1, and its object.

    Raises
    ------
    UsageError
        When the file is missing or cannot be opened; raised at the first step of the iteration.
    DataError
        When the file holds no row, or a line is not a JSON object in UTF-8; names file and line.
    """
    path = Path(path)
    number = rows = 0
    try:
        with path.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                text = line.removeprefix(b"\xef\xbb\xbf").strip() if number == 1 else line.strip()
                if text:
                    rows += 1
                    yield number, _parse(text, f"{path}:{number}")
    except FileNotFoundError:
        raise UsageError(f"no such file: {path}", advice="check the path") from None
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}") from error
    if not rows:
        raise DataError("the file holds no rows", where=str(path), advice="expected one JSON object a line")


def _parse(line: bytes, where: str) -> Row:
    try:
        value = json.loads(line)
    except UnicodeDecodeError as error:
        raise DataError("the line is not UTF-8", where=where, advice="save the file as UTF-8") from error
    except (json.JSONDecodeError, RecursionError) as error:
        raise DataError(f"not JSON: {error}", where=where, advice="expected one JSON object a line") from error
    if not isinstance(value, dict):
        raise DataError(f"expected a JSON object, got {_shorten(value)}", where=where)
    return value


def _shorten(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def write_rows(path: str | os.PathLike[str], rows: Iterable[Mapping[str, Any]]) -> int:
    """Write rows as JSON lines; the file appears whole or not at all.

    Parameters
    ----------
    path
        The file to write; one that exists is replaced. Missing folders are made.
    rows
        Objects JSON can hold.

    Returns
    -------
    int
        How many rows were written.

    Raises
    ------
    UsageError
        When the file cannot be written.
    """
    path = Path(path)
    written = 0
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=path.parent, prefix=f".{path.name}.", delete=False, newline="\n"
        ) as target:
            temporary = Path(target.name)
            try:
                for row in rows:
                    target.write(line_of(row))
                    written += 1
                target.flush()
                os.fsync(target.fileno())
                temporary.chmod(0o666 & ~_umask())
                temporary.replace(path)
            except BaseException:
                temporary.unlink(missing_ok=True)
                raise
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}") from error
    return written


def line_of(row: Mapping[str, Any]) -> str:
    """Return a row as one line, its break included, that can be written in UTF-8."""
    line = json.dumps(row, ensure_ascii=False) + "\n"
    try:
        line.encode()
    except UnicodeEncodeError:
        # A lone surrogate in somebody's text: escaped, it is still JSON in UTF-8.
        return json.dumps(row) + "\n"
    return line


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
