"""Lines of a file, decompressed on the way; and what a source of rows yields."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

from detectors.errors import DataError, UsageError

COMPRESSIONS: Final = {".gz": "gzip", ".zst": "zstd"}
"""Endings of names and the compressions they stand for, as pyarrow calls them."""
_AT_ONCE: Final = 1 << 20


class SourceRow(NamedTuple):
    """A row of a corpus.

    Attributes
    ----------
    row
        Its fields.
    where
        Its place for error messages, ``file:line`` (``file:row`` where there are no lines), counted from 1.
    read
        How many bytes of the source were read up to here, about.
    """

    row: dict[str, Any]
    where: str
    read: int


class Line(NamedTuple):
    """A line of a file: its number, counted from 1, its bytes, and how many bytes of the file were read."""

    number: int
    content: bytes
    read: int


def read_lines(path: Path) -> Iterator[Line]:
    """Read the lines of a file, blank ones too; one whose name ends in ``.gz`` or ``.zst`` is decompressed.

    Raises
    ------
    UsageError
        When the file is missing or cannot be opened; raised at the first step of the iteration.
    DataError
        When it is not compressed as its name says, or cut off.
    """
    compression = COMPRESSIONS.get(path.suffix)
    try:
        with path.open("rb") as file:
            if compression is None:
                read = 0
                for number, content in enumerate(file, start=1):
                    read += len(content)
                    yield Line(number, content, read)
            elif file.peek(1):
                import pyarrow

                stream = pyarrow.CompressedInputStream(pyarrow.PythonFile(file, mode="r"), compression)
                # pyarrow's streams have the methods of Python's raw ones.
                with io.BufferedReader(stream, _AT_ONCE) as lines:
                    for number, content in enumerate(lines, start=1):
                        yield Line(number, content, file.tell())
    except FileNotFoundError:
        raise UsageError(f"no such file: {path}", advice="check the path") from None
    except OSError as error:
        if compression is None or error.errno is not None:
            raise UsageError(f"cannot read {path}: {error.strerror}") from error
        raise DataError(f"not a {compression} file, or a broken one: {error}", where=str(path)) from error
