"""Annotations read back from their files, by the annotator's name."""

from collections.abc import Sequence
from pathlib import Path

from analysis.jsonl import read_rows
from analysis.labels import LabelledText, read_labels


def read_annotations(paths: Sequence[Path]) -> dict[str, list[LabelledText]]:
    """Read one annotator from each file.

    Its name is what the first row calls it; the file's name where the row does not say or two say the same.

    Raises
    ------
    UsageError, DataError
        As `analysis.labels.read_labels`.
    """
    names = [str(next(read_rows(path))[1].get("annotator") or path.name) for path in paths]
    if len(set(names)) < len(names):
        names = [str(path) for path in paths]
    return {name: read_labels(path) for name, path in zip(names, paths, strict=True)}
