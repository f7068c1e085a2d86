"""JSON lines: the one place that reads and writes them."""

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from analysis.sources.lines import Line, SourceRow, read_lines
from analysis.whole_file import whole_file
from detectors.errors import DataError

Row = dict[str, Any]


def read_rows(path: str | os.PathLike[str]) -> Iterator[tuple[int, Row]]:
    """Read a file of JSON objects, one a line, as a stream; blank lines are passed over.

    Parameters
    ----------
    path
        The file, in UTF-8; a byte order mark is ignored. One whose name ends in ``.gz`` or ``.zst`` is decompressed.

    Yields
    ------
    tuple[int, dict]
        The line's number, counted from 1, and its object.

    Raises
    ------
    UsageError
        When the file is missing or cannot be opened; raised at the first step of the iteration.
    DataError
        When the file holds no row, is compressed otherwise than its name says, or a line is not a JSON object in UTF-8;
        names file and line.
    """
    path = Path(path)
    rows = 0
    for line in read_lines(path):
        if text := _stripped(line):
            rows += 1
            yield line.number, _parse(text, f"{path}:{line.number}")
    if not rows:
        raise DataError("the file holds no rows", where=str(path), advice="expected one JSON object a line")


def read_json_lines(path: Path, skip: int = 0) -> Iterator[SourceRow]:
    """Read the rows of `read_rows` as a source of a corpus; the first `skip` are left out without being parsed."""
    for line in read_lines(path):
        text = _stripped(line)
        if text and skip:
            skip -= 1
        elif text:
            where = f"{path}:{line.number}"
            yield SourceRow(_parse(text, where), where, line.read)


def _stripped(line: Line) -> bytes:
    return line.content.removeprefix(b"\xef\xbb\xbf").strip() if line.number == 1 else line.content.strip()


def _parse(line: bytes, where: str) -> Row:
    try:
        value = json.loads(line)
    except UnicodeDecodeError as error:
        raise DataError("the line is not UTF-8", where=where, advice="save the file as UTF-8") from error
    except (ValueError, RecursionError) as error:
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
    written = 0
    with whole_file(Path(path)) as target:
        for row in rows:
            target.write(line_of(row))
            written += 1
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
