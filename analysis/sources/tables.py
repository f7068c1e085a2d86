"""Rows of Parquet files and of Arrow streams, as Hugging Face's `datasets` saves them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from analysis.sources.lines import SourceRow
from detectors.errors import DataError, UsageError

_ROWS_AT_ONCE = 256


def read_parquet(path: Path, skip: int = 0) -> Iterator[SourceRow]:
    """Read the rows of a Parquet file, a few hundred at a time.

    Parameters
    ----------
    path
        The file.
    skip
        How many rows to leave out; whole row groups of them are not read.

    Raises
    ------
    UsageError
        When the file is missing or cannot be opened.
    DataError
        When it is no Parquet file, or a broken one.
    """
    import pyarrow.parquet

    with _clear_errors(path, "a Parquet file"), pyarrow.parquet.ParquetFile(path) as file:
        total, size = file.metadata.num_rows, path.stat().st_size
        number, groups = 0, list(range(file.num_row_groups))
        while groups and number + file.metadata.row_group(groups[0]).num_rows <= skip:
            number += file.metadata.row_group(groups.pop(0)).num_rows
        for batch in file.iter_batches(batch_size=_ROWS_AT_ONCE, row_groups=groups) if groups else ():
            if number + len(batch) <= skip:
                number += len(batch)
                continue
            for row in _dicts(batch, path, number):
                number += 1
                if number > skip:
                    yield SourceRow(row, f"{path}:{number}", size * number // total)


def read_arrow(path: Path, skip: int = 0) -> Iterator[SourceRow]:
    """Read the rows of an Arrow stream, such as ``data-00000-of-00001.arrow`` of a saved dataset.

    Parameters
    ----------
    path
        The file.
    skip
        How many rows to leave out.

    Raises
    ------
    UsageError
        When the file is missing or cannot be opened.
    DataError
        When it is no Arrow stream, or a broken one.
    """
    import pyarrow

    with _clear_errors(path, "an Arrow stream"), path.open("rb") as file, pyarrow.ipc.open_stream(file) as stream:
        number = 0
        for batch in stream:
            first = max(0, skip - number)
            number += min(first, len(batch))
            for start in range(first, len(batch), _ROWS_AT_ONCE):
                for row in _dicts(batch.slice(start, _ROWS_AT_ONCE), path, number):
                    number += 1
                    yield SourceRow(row, f"{path}:{number}", file.tell())


def _dicts(batch: Any, path: Path, before: int) -> list[dict[str, Any]]:
    """Return the rows of a batch, of which so many stand before it in the file."""
    try:
        return list(batch.to_pylist())
    except UnicodeDecodeError as error:
        for row in range(len(batch)):
            try:
                batch.slice(row, 1).to_pylist()
            except UnicodeDecodeError:
                raise DataError("a text is not UTF-8", where=f"{path}:{before + row + 1}") from error
        raise


def count_parquet(path: Path) -> int:
    """Return the rows of a Parquet file; the errors are those of `read_parquet`."""
    import pyarrow.parquet

    with _clear_errors(path, "a Parquet file"), pyarrow.parquet.ParquetFile(path) as file:
        return int(file.metadata.num_rows)


def count_arrow(path: Path) -> int:
    """Return the rows of an Arrow stream; the errors are those of `read_arrow`."""
    import pyarrow

    with _clear_errors(path, "an Arrow stream"), path.open("rb") as file, pyarrow.ipc.open_stream(file) as stream:
        return sum(len(batch) for batch in stream)


@contextmanager
def _clear_errors(path: Path, kind: str) -> Iterator[None]:
    import pyarrow

    try:
        if not path.is_file():
            raise UsageError(f"no such file: {path}", advice="check the path")
        yield
    except (pyarrow.ArrowException, OSError) as error:
        if isinstance(error, OSError) and error.strerror:
            raise UsageError(f"cannot read {path}: {error.strerror}") from error
        raise DataError(f"not {kind}: {error}", where=str(path)) from error
