"""``tessy-detect eval``: a detector against labelled texts."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from analysis.commands.options import AsJson, Folder


def evaluate(
    folder: Folder,
    spans: Annotated[Path, typer.Argument(metavar="SPANS", help="JSONL with 'text' and true 'spans'.")],
    as_json: AsJson = False,
) -> None:
    """Score a detector on labelled texts."""
    from analysis.evaluation import evaluate as judge
    from analysis.labels import read_labels
    from detectors.store import load

    scores = judge(load(folder), read_labels(spans)).as_dict()
    if as_json:
        typer.echo(json.dumps(scores, indent=1))
    else:
        print_scores(scores, title=f"{folder} on {spans.name}")


def print_scores(scores: Mapping[str, Any], *, title: str, stderr: bool = False) -> None:
    """Print scores as a table."""
    from rich.console import Console
    from rich.table import Table

    table = Table(title=title, title_justify="left")
    for name in ("", "precision", "recall", "F1"):
        table.add_column(name, justify="left" if not name else "right")
    names = {"token": "words", "blank_token": "words cut at blanks", "span": "whole spans", "boundary": "span bounds"}
    for key, name in names.items():
        if isinstance(agreement := scores.get(key), Mapping):
            table.add_row(name, *(f"{agreement[part]:.3f}" for part in ("precision", "recall", "f1")))
    Console(stderr=stderr).print(table)
