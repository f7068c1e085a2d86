"""The files of a Hugging Face folder that a detector keeps: which, how large, and with which hash."""

import hashlib
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from detectors.errors import DetectorFolderError, UsageError

KEPT: Final = frozenset({".safetensors", ".json", ".txt", ".jinja", ".model"})
"""Endings of what a model and its tokenizer are made of. Pickled weights and code stay out, with anything else."""

Listing = dict[str, dict[str, Any]]


def kept_files(folder: Path) -> list[Path]:
    """Return the files of a folder that belong to its model, sorted by name."""
    return sorted(
        path for path in folder.iterdir() if path.is_file() and path.suffix in KEPT and not path.name.startswith(".")
    )


def list_files(folder: Path) -> Listing:
    """Return for each file that belongs to the model its ``size`` in bytes and its ``sha256``; files are streamed."""
    found: Listing = {}
    for path in kept_files(folder):
        with path.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
        found[path.name] = {"size": path.stat().st_size, "sha256": digest}
    return found


def copy_files(source: Path, target: Path) -> None:
    """Copy the files that belong to a model into a new folder.

    Raises
    ------
    UsageError
        When there are no weights among them.
    """
    files = kept_files(source)
    if not any(path.suffix == ".safetensors" for path in files):
        raise UsageError(
            f"{source} holds no weights in safetensors", advice="save the model with transformers' save_pretrained"
        )
    target.mkdir()
    for path in files:
        shutil.copyfile(path, target / path.name)


def check_files(folder: Path, listing: Mapping[str, Mapping[str, Any]], *, where: str) -> None:
    """Compare the files of a model with those a card names.

    Raises
    ------
    DetectorFolderError
        When one is missing, was added, or has another hash; names the file.
    """
    found = list_files(folder) if folder.is_dir() else {}
    for name in sorted(listing.keys() | found.keys()):
        if name not in found:
            problem = f"{folder.name}/{name} is missing"
        elif name not in listing:
            problem = f"{folder.name}/{name} is not in its card"
        elif found[name] != listing[name]:
            problem = f"{folder.name}/{name} does not have the hash its card names"
        else:
            continue
        raise DetectorFolderError(
            f"the detector cannot be loaded: {problem}", where=where, advice="copy the whole folder again"
        )
