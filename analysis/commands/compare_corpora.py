"""``tessy-analyze compare``: how differently models write, as one folder for a paper."""

from pathlib import Path
from tempfile import TemporaryFile
from typing import Annotated

import typer

from analysis.commands.options import AsJson
from analysis.commands.plots.canvas import figure_width
from detectors.errors import UsageError


def compare_corpora(
    student: Annotated[Path, typer.Option(help="The student's own traces.", show_default=False)],
    teacher: Annotated[Path, typer.Option(help="The teacher's traces.", show_default=False)],
    other: Annotated[
        list[str] | None,
        typer.Option(help="A further corpus, as NAME=FILE; may be given several times.", metavar="NAME=FILE"),
    ] = None,
    detector: Annotated[
        Path | None, typer.Option(help="Folder of a detector: parts style from capability.", show_default=False)
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for report.json, report.html, tables and figures.", show_default=False)
    ] = None,
    as_json: AsJson = False,
    top: Annotated[int, typer.Option(help="Terms to list for each writer.", min=1)] = 30,
    width: Annotated[
        str, typer.Option(help="Width of figures: acl-, icml-column or -page, neurips-half or -page, or inches.")
    ] = "icml-column",
    replicates: Annotated[int, typer.Option(help="Draws of the bootstrap over questions.", min=1)] = 1000,
    seed: Annotated[int, typer.Option(help="Of the bootstrap.")] = 0,
) -> None:
    """Measure corpora against the student's: similarity, divergence, terms, rhythm; each number with its interval.

    Distances are measured on the questions that all corpora answer: rows with the same prompt, or the same id.
    """
    from rich.console import Console

    from analysis.evaluation.score_tables import new_console
    from analysis.progress_bar import progress_bar
    from analysis.report.compared_corpus import read_compared
    from analysis.report.comparison import compare_corpora as measure
    from analysis.report.folder import as_json as written
    from analysis.report.folder import report_content, write_report
    from analysis.report.tables import comparison_tables
    from analysis.report.terminal import print_table
    from analysis.terminal import fingerprint
    from detectors.store import CARD, load

    if out is None and not as_json:
        raise UsageError("nothing would be left of the comparison", advice="give --out DIR, or --json")
    size = figure_width(width)
    if out is not None:
        # Before minutes of work, not after them.
        try:
            out.mkdir(parents=True, exist_ok=True)
            # Nothing else tells for sure whether a folder takes files.
            with TemporaryFile(dir=out):
                pass
        except OSError as error:
            raise UsageError(f"cannot write to {out}: {error.strerror}", advice="--out names a folder") from error
    found_detector = load(detector) if detector else None
    corpora = read_compared(student, teacher, other or [])
    with progress_bar("compare", "steps", Console(stderr=True, highlight=False)) as report:
        found = measure(corpora, found_detector, most_terms=top, replicates=replicates, seed=seed, report=report)
    settings = {
        "detector": detector.name if detector else None,
        "detector_card_sha256": fingerprint(detector / CARD) if detector else None,
        "replicates": replicates,
        "seed": seed,
    }
    content = report_content(corpora, found, settings)
    if out is not None:
        write_report(corpora, found, content, out, width=size)
    if as_json:
        typer.echo(written(content), nl=False)
        return
    console = new_console()
    for table in comparison_tables(corpora, found)[:2]:
        print_table(console, table)
    console.print(f"{out}/report.html shows the rest", markup=False)
