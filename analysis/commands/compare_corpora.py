"""``tessy-analyze compare``: how differently models write, as one folder for a paper."""

from pathlib import Path
from typing import Annotated

import typer

from analysis.commands.options import AsJson
from analysis.commands.plots.canvas import figure_width
from analysis.commands.plots.options import Other, Replicates, Seed, Student, Teacher, Width
from detectors.errors import UsageError


def compare_corpora(
    student: Student,
    teacher: Teacher,
    other: Other = None,
    detector: Annotated[
        Path | None, typer.Option(help="Folder of a detector: parts style from capability.", show_default=False)
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for report.json, report.html, tables and figures.", show_default=False)
    ] = None,
    as_json: AsJson = False,
    top: Annotated[int, typer.Option(help="Terms to list for each writer.", min=1)] = 30,
    width: Width = "icml-column",
    replicates: Replicates = 1000,
    seed: Seed = 0,
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
    from analysis.whole_file import check_takes_files
    from detectors.store import CARD, load

    if out is None and not as_json:
        raise UsageError("nothing would be left of the comparison", advice="give --out DIR, or --json")
    size = figure_width(width)
    found_detector = load(detector) if detector else None
    corpora = read_compared(student, teacher, other or [])
    if out is not None:
        check_takes_files(out)
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
