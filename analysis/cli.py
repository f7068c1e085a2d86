"""The command ``tessy-detect``: fit, apply, judge and show detectors."""

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from analysis.terminal import new_app, run_app
from detectors.errors import UsageError

app = new_app("Fit, apply, judge and show detectors of style in reasoning traces.")

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a detector.", show_default=False)]


class Kind(StrEnum):
    """The kinds of detectors that can be fitted."""

    LEXICON = "lexicon"
    LOGISTIC = "logistic"


@app.command()
def fit(
    kind: Annotated[Kind, typer.Argument(help="Weighted phrases, or logistic regression over words in context.")],
    out: Annotated[Path, typer.Option(help="Folder to write the detector to.", show_default=False)],
    labels: Annotated[
        Path | None, typer.Option(help="JSONL with 'text' and its style 'spans' ([[start, end], ...] in characters).")
    ] = None,
    student: Annotated[Path | None, typer.Option(help="The student's own traces, if there are no labels.")] = None,
    teacher: Annotated[Path | None, typer.Option(help="The teacher's traces, if there are no labels.")] = None,
    lookahead: Annotated[
        int | None, typer.Option(help="Words to the right a decision may read (logistic; default 0).", min=0, max=8)
    ] = None,
    causal: Annotated[bool, typer.Option("--causal", help="Read nothing to the right (lexicon).")] = False,
    threshold: Annotated[
        float | None,
        typer.Option(help="Least probability or weight of style (0.5; logistic 0.45).", min=0.01, max=0.99),
    ] = None,
    markers: Annotated[str, typer.Option(help="Seed list for traces without labels: a language or a file.")] = "en",
    folds: Annotated[int, typer.Option(help="Parts of the cross-validation of --labels; 0 leaves it out.", min=0)] = 5,
) -> None:
    """Fit a detector to labelled texts, or to two models' traces without labels."""
    from analysis import commands

    if (labels is None) == (student is None and teacher is None):
        raise UsageError("give either --labels, or --student and --teacher")
    if labels is None and (student is None or teacher is None):
        raise UsageError("--student and --teacher belong together")
    if kind is Kind.LEXICON and lookahead:
        raise UsageError("--lookahead is for logistic", advice="a lexicon reads to the end of its longest phrase")
    if causal and lookahead:
        raise UsageError(f"--causal means no look-ahead, not {lookahead} words")
    plan = commands.Plan(kind.value, lookahead=lookahead or 0, causal=causal, threshold=threshold)
    if labels is not None:
        commands.fit_labels(plan, labels, out, folds)
    elif student is not None and teacher is not None:
        commands.fit_traces(plan, student, teacher, out, markers)


@app.command()
def apply(
    folder: Folder,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="JSONL with texts.", show_default=False)],
    out: Annotated[Path, typer.Option(help="JSONL to write: 'id', 'spans'.", show_default=False)],
    field: Annotated[str, typer.Option(help="The field that holds the text.")] = "text",
) -> None:
    """Find the style spans of every text in a file, in characters."""
    from analysis import commands

    commands.apply(folder, file, field, out)


@app.command("eval")
def evaluate(
    folder: Folder,
    spans: Annotated[Path, typer.Argument(metavar="SPANS", help="JSONL with 'text' and true 'spans'.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Score a detector on labelled texts."""
    from analysis import commands
    from analysis.evaluation import evaluate as judge
    from analysis.labels import read_labels
    from detectors.store import load

    scores = judge(load(folder), read_labels(spans)).as_dict()
    if as_json:
        typer.echo(json.dumps(scores, indent=1))
    else:
        commands.print_scores(scores, title=f"{folder} on {spans.name}")


@app.command()
def show(folder: Folder) -> None:
    """Show what a detector is, what it was fitted to, and what it weighs most."""
    from analysis import commands

    commands.show(folder)


def main() -> None:
    """Run ``tessy-detect``."""
    run_app(app)


if __name__ == "__main__":
    main()
