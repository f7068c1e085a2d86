"""``tessy-detect agree``: how far annotations agree, and one merged from them."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from analysis.annotation.choices import MergeRule
from analysis.commands.options import AsJson

if TYPE_CHECKING:
    from analysis.annotation.agreement import AgreementReport


def agree(
    annotations: Annotated[
        list[Path], typer.Argument(metavar="SPANS", help="Two or more JSONL files of the same texts.")
    ],
    out: Annotated[Path | None, typer.Option(help="JSONL to write the merged annotation to.")] = None,
    merge: Annotated[MergeRule, typer.Option(help="Which words are style in it.")] = MergeRule.MAJORITY,
    as_json: AsJson = False,
) -> None:
    """Compare annotations of the same texts, and merge them."""
    from analysis.annotation.agreement import agreement
    from analysis.annotation.reading import read_annotations

    if out is not None:
        check_merged(out)
    report = agreement(read_annotations(annotations))
    if as_json:
        typer.echo(json.dumps(report.as_dict(), indent=1))
    else:
        print_agreement(report)
    if out is not None:
        write_merged(annotations, out, merge)


def print_agreement(report: "AgreementReport") -> None:
    """Print a report as a table: every pair, then all of them."""
    from rich.console import Console
    from rich.table import Table

    table = Table(title="agreement", title_justify="left")
    for name in ("annotators", "texts", "words", "token F1", "kappa", "span F1", "alpha"):
        table.add_column(name, justify="left" if name == "annotators" else "right")
    for pair in report.pairs:
        scores = (f"{value:.3f}" for value in (pair.token_f1, pair.kappa, pair.span_f1))
        table.add_row(f"{pair.first}, {pair.second}", f"{pair.texts:,}", f"{pair.words:,}", *scores, "")
    scores = (f"{value:.3f}" for value in (report.token_f1, report.kappa, report.span_f1, report.alpha))
    table.add_row("all", "", "", *scores)
    Console().print(table)


def check_merged(out: Path) -> None:
    """Check that a merged annotation may be written to `out`.

    Raises
    ------
    UsageError
        When it exists and was not written by a merge, and might be the only copy of something.
    """
    from analysis.jsonl import read_rows
    from detectors.errors import UsageError

    if out.exists() and out.stat().st_size and "merge" not in next(read_rows(out))[1]:
        raise UsageError(f"{out} exists and is not a merged annotation", advice="choose another --out")


def write_merged(annotations: list[Path], out: Path, rule: MergeRule) -> None:
    """Write the annotation merged from several files: rows that `read_labels` reads; `check_merged` comes before."""
    from rich.console import Console

    from analysis.annotation.merging import merge
    from analysis.annotation.reading import read_annotations
    from analysis.jsonl import write_rows

    read = read_annotations(annotations)
    merged = merge(read, rule)
    rows = (
        {
            "id": label.id,
            "model": label.model,
            "question": label.question,
            "text": label.text,
            "spans": [[span.start, span.end] for span in label.spans],
            "merge": rule.value,
            "annotators": list(read),
        }
        for label in merged
    )
    written = write_rows(out, rows)
    left_out = len({label.id for labels in read.values() for label in labels}) - written
    note = f"; {left_out:,} left out that some annotator lacks" if left_out else ""
    Console(stderr=True).print(
        f"{out}: {written:,} segments merged by {rule.value}{note}", highlight=False, soft_wrap=True, markup=False
    )
