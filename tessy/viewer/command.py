"""``tessy-synth view``: a page of HTML to read traces in."""

from pathlib import Path
from typing import Annotated

import typer


def view(
    rows: Annotated[Path, typer.Argument(metavar="ROWS", help="Rows that 'run' wrote.", show_default=False)],
    out: Annotated[Path, typer.Option(help="The page.", show_default=False)],
    teacher: Annotated[
        Path | None, typer.Option(help="What the teacher wrote alone, to show beside.", show_default=False)
    ] = None,
    student: Annotated[
        Path | None, typer.Option(help="What the student wrote alone, to show beside.", show_default=False)
    ] = None,
    limit: Annotated[int, typer.Option(help="Only the first so many rows (default 0: all).", min=0)] = 0,
) -> None:
    """Write a page of HTML that shows who wrote what.

    It needs no network, and opens in any browser: rows to choose from and to search, texts in the colours of their
    authors, hand-overs, counters, and the teacher's and the student's own traces side by side.
    """
    from rich.console import Console

    from analysis.progress_bar import progress_bar
    from tessy.viewer.write import write_viewer

    with progress_bar("page", "bytes") as report:
        shown = write_viewer(rows, out, teacher=teacher, student=student, limit=limit, report=report)
    Console(stderr=True).print(f"{out}: {shown:,} rows", highlight=False, soft_wrap=True, markup=False)
