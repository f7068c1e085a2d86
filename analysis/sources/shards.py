"""Which files a corpus consists of, and their rows one file after the other."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from analysis.jsonl import read_json_lines
from analysis.sources.lines import COMPRESSIONS, SourceRow, read_lines
from analysis.sources.tables import count_arrow, count_parquet, read_arrow, read_parquet
from detectors.errors import DataError, UsageError

_PARQUET: Final = frozenset({".parquet", ".pq"})
_SHARD = re.compile(r"(.*?)-\d{5}-of-\d{5}")
_SPLIT = re.compile(r"(?:^|[/_.-])(train|test|validation|valid|val|dev|eval)(?=[/_.-])", re.IGNORECASE)
"""The names that splits have on the Hub, as a part of a file's name or of its folder's."""
_DATASET, _DATASETS = "state.json", "dataset_dict.json"


@dataclass(frozen=True, slots=True)
class Shards:
    """The files of a corpus.

    Attributes
    ----------
    files
        In the order they are read.
    """

    files: tuple[Path, ...]

    @property
    def size(self) -> int:
        """The bytes of all files."""
        return sum(path.stat().st_size for path in self.files if path.is_file())


def find_shards(path: Path) -> Shards:
    """Find the files of a corpus.

    Parameters
    ----------
    path
        A file; a pattern, such as ``data/train-*.parquet``; a folder that ``Dataset.save_to_disk`` wrote; or a folder
        of shards of one kind, which are read in the order of their names.

    Raises
    ------
    UsageError
        When nothing is there, or several splits or kinds of files are, so that one must be named.
    DataError
        When a saved dataset does not say which files it has.
    """
    if any(sign in path.name for sign in "*?") and not path.exists():
        files = sorted(path.parent.glob(path.name))
        if not files:
            raise UsageError(f"no file matches {path}", advice="check the path")
        return Shards(tuple(files))
    if not path.is_dir():
        return Shards((path,))
    if (path / _DATASETS).is_file():
        splits = _strings(path / _DATASETS, "splits")
        if len(splits) != 1:
            names = ", ".join(str(path / split) for split in splits)
            raise UsageError(f"{path} holds several splits", advice=f"name one of {names}")
        return find_shards(path / splits[0])
    if (path / _DATASET).is_file():
        return Shards(tuple(path / name for name in _strings(path / _DATASET, "_data_files")))
    return Shards(_of_one_kind(path))


def _strings(path: Path, field: str) -> list[str]:
    """Read the names in a list of a dataset's own JSON; each is a string, or an object with a file name."""
    try:
        found = json.loads(path.read_bytes())[field]
        names = [name if isinstance(name, str) else name["filename"] for name in found]
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise DataError(f"it has no list of names {field!r}", where=str(path)) from error
    if not names or not all(isinstance(name, str) and Path(name).name == name for name in names):
        raise DataError(f"{field!r} names no files of this folder", where=str(path))
    return names


def _of_one_kind(folder: Path) -> tuple[Path, ...]:
    """Find the shards in a folder and its folders; of several kinds or splits none is chosen."""
    kinds: dict[str, list[Path]] = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and (kind := _kind(path)) and not path.name.startswith((".", "_")):
            kinds.setdefault(kind, []).append(path)
    if len(kinds) != 1:
        found = f"files of several kinds ({', '.join(kinds)})" if kinds else "no corpus"
        raise UsageError(f"the folder {folder} holds {found}", advice="name a file, or a pattern such as 'DIR/*.jsonl'")
    [files] = kinds.values()
    splits = {_split_of(path.relative_to(folder)): path for path in files}
    if len(splits) > 1:
        names = ", ".join(sorted(split or "files of none" for split in splits))
        raise UsageError(
            f"the folder {folder} holds several splits: {names}",
            advice=f"name one of its files, such as {files[0]}, a folder in it, or a pattern such as 'DIR/train-*'",
        )
    return tuple(files)


def _split_of(path: Path) -> str:
    """Name the split of a file in a folder; the empty string where its name says none."""
    if shard := _SHARD.match(path.name):
        return shard[1]
    split = _SPLIT.search(path.as_posix())
    return split[1].lower() if split else ""


def _kind(path: Path) -> str:
    """Name the kind of a file; the empty string where it holds no corpus."""
    if path.suffix in _PARQUET:
        return "Parquet"
    # Of these, only JSON lines are compressed as a whole.
    name = path.with_suffix("") if path.suffix in COMPRESSIONS else path
    return "JSON lines" if name.suffix == ".jsonl" else "Arrow" if path.suffix == ".arrow" else ""


def read_source(shards: Shards, skip: int = 0) -> Iterator[SourceRow]:
    """Read the rows of a corpus, one file after the other.

    Parameters
    ----------
    shards
        Its files. Those with other names than ``.parquet``, ``.pq`` and ``.arrow`` are JSON lines.
    skip
        How many rows to leave out, counted over all files; as far as can be, they are not parsed.

    Raises
    ------
    UsageError
        When a file is missing or cannot be opened.
    DataError
        When a file is broken, a row cannot be read, or a file holds no rows; names file and line.
    """
    done = 0
    for path in shards.files:
        passed = min(skip, _count(path)) if skip else 0
        skip -= passed
        empty = not passed
        for row in _rows(path, passed):
            empty = False
            yield SourceRow(row.row, row.where, done + row.read)
        if empty:
            raise DataError("the file holds no rows", where=str(path))
        done += path.stat().st_size


def _rows(path: Path, skip: int) -> Iterator[SourceRow]:
    if path.suffix in _PARQUET:
        return read_parquet(path, skip)
    return read_arrow(path, skip) if path.suffix == ".arrow" else read_json_lines(path, skip)


def _count(path: Path) -> int:
    """Count the rows of a file without parsing them."""
    if path.suffix in _PARQUET:
        return count_parquet(path)
    return count_arrow(path) if path.suffix == ".arrow" else sum(1 for line in read_lines(path) if line.content.strip())
