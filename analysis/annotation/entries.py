"""Which models annotate: read from a command line, each with a name and an output file of its own."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from analysis.annotation.endpoint import completions_url
from detectors.errors import UsageError

_ENTRY = re.compile(r"(?P<model>.+)@(?P<url>https?://.+)")


@dataclass(frozen=True, slots=True)
class AnnotatorEntry:
    """One annotator that was asked for.

    Attributes
    ----------
    model
        The model's name at its endpoint.
    url
        The endpoint.
    number
        Counts the entries of one model, from 1: passes, or the same model in several places.
    """

    model: str
    url: str
    number: int = 1

    @property
    def name(self) -> str:
        """The model's name, with its number from the second on."""
        return self.model if self.number == 1 else f"{self.model}#{self.number}"

    def out(self, merged: Path) -> Path:
        """Return the file of this annotator beside the merged one."""
        return merged.with_name(f"{merged.stem}.{re.sub(r'[^A-Za-z0-9.-]+', '_', self.name)}{merged.suffix}")


def read_entries(annotators: Iterable[str], passes: int = 1) -> list[AnnotatorEntry]:
    """Read annotators written as ``MODEL@URL``, each of which makes `passes` passes.

    Raises
    ------
    UsageError
        When one is not of that form or has no URL.
    """
    numbers: Counter[str] = Counter()
    entries: list[AnnotatorEntry] = []
    for annotator in annotators:
        parts = _ENTRY.fullmatch(annotator)
        if parts is None:
            raise UsageError(
                f"{annotator!r} is no annotator", advice="write it as MODEL@URL, such as qwen3@http://127.0.0.1:8000/v1"
            )
        completions_url(parts["url"])
        for _ in range(passes):
            numbers[parts["model"]] += 1
            entries.append(AnnotatorEntry(parts["model"], parts["url"], numbers[parts["model"]]))
    return entries
