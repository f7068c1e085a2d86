"""``tessy-detect apply``: texts -> their style spans."""

from collections.abc import Iterator, Mapping
from itertools import tee
from pathlib import Path
from typing import Annotated, Any

import typer

from analysis.commands.options import Folder
from analysis.commands.served import Endpoint, load_served


def apply(
    folder: Folder,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="JSONL with texts.", show_default=False)],
    out: Annotated[Path, typer.Option(help="JSONL to write: 'id', 'spans'.", show_default=False)],
    field: Annotated[str, typer.Option(help="The field that holds the text.")] = "text",
    endpoint: Endpoint = None,
) -> None:
    """Find the style spans of every text in a file, in characters."""
    from analysis.jsonl import write_rows
    from detectors.base import spans_of

    detector = load_served(folder, endpoint)
    texts, names = tee(_texts(file, field))

    def rows() -> Iterator[Mapping[str, Any]]:
        for (name, _), spans in zip(names, spans_of(detector, (text for _, text in texts)), strict=True):
            yield {"id": name, "spans": [[span.start, span.end] for span in spans]}

    write_rows(out, rows())


def _texts(file: Path, field: str) -> Iterator[tuple[Any, str]]:
    from analysis.jsonl import read_rows
    from detectors.errors import DataError

    for number, row in read_rows(file):
        text = row.get(field)
        if not isinstance(text, str):
            problem = f"no field {field!r}" if field not in row else f"{field!r} is not text"
            raise DataError(
                f"{problem} in this row", where=f"{file}:{number}", advice=f"it has {', '.join(map(repr, row))}"
            )
        yield row.get("id", number), text
