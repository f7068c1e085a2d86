"""Files that appear whole or not at all."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from detectors.errors import UsageError


@contextmanager
def whole_file(path: Path) -> Iterator[TextIO]:
    """Open a file that takes the place of `path` when all is written, and disappears when anything fails.

    Parameters
    ----------
    path
        The file to write, in UTF-8; one that exists is replaced. Missing folders are made.

    Raises
    ------
    UsageError
        When the file cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=path.parent, prefix=f".{path.name}.", delete=False, newline="\n"
        ) as target:
            temporary = Path(target.name)
            try:
                yield target  # type: ignore[misc]
                target.flush()
                os.fsync(target.fileno())
                temporary.chmod(0o666 & ~_umask())
                temporary.replace(path)
            except BaseException:
                temporary.unlink(missing_ok=True)
                raise
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}") from error


def check_takes_files(folder: Path, *, file: Path | None = None) -> None:
    """Make a folder, and check that files can be written to it: before long work, not after it.

    Parameters
    ----------
    folder
        The folder.
    file
        The file in it that the user named, for the error; None where it was the folder.

    Raises
    ------
    UsageError
        When nothing can be written there.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # Nothing else tells for sure.
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        named = f"to {folder}" if file is None else file
        raise UsageError(f"cannot write {named}: {error.strerror}", advice="choose another place") from error


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
