"""``tessy-detect eval``: a detector against labelled texts."""

import json
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from analysis.commands.options import AsJson, Folder
from analysis.commands.served import Endpoint, load_served
from analysis.evaluation.groups import Group
from analysis.evaluation.score_tables import print_scores

if TYPE_CHECKING:
    from rich.table import Table

    from analysis.evaluation.examination import Examination
    from analysis.evaluation.thresholds import Costs
    from analysis.labels import LabelledText

__all__ = ["evaluate", "print_scores"]
_LOG = logging.getLogger(__name__)


def evaluate(
    folder: Folder,
    spans: Annotated[Path, typer.Argument(metavar="SPANS", help="JSONL with 'text' and true 'spans'.")],
    as_json: AsJson = False,
    by: Annotated[Group | None, typer.Option(help="Also score the texts of each model or domain.")] = None,
    plot: Annotated[
        Path | None, typer.Option(help="PDF, SVG or PNG to draw: reliability, and F1 with intervals.")
    ] = None,
    early_cost: Annotated[
        float | None, typer.Option(help="What each early cut costs (time); names the best thresholds.", min=0)
    ] = None,
    late_cost: Annotated[
        float | None, typer.Option(help="What each word costs that a late cut leaves to the wrong author.", min=0)
    ] = None,
    endpoint: Endpoint = None,
) -> None:
    """Score a detector on labelled texts, with 95 % intervals over questions."""
    from analysis.evaluation.examination import card_of, examine
    from analysis.evaluation.score_tables import agreement_table, bounds_of, cut_table, group_table, new_console
    from analysis.evaluation.thresholds import Costs
    from analysis.labels import read_labels
    from analysis.terminal import fingerprint

    if plot is not None:
        from analysis.plots import check_form

        check_form(plot)
    costs = None
    if early_cost is not None or late_cost is not None:
        costs = Costs(1.0 if early_cost is None else early_cost, 1.0 if late_cost is None else late_cost)
    detector = load_served(folder, endpoint)
    labels = read_labels(spans)
    examined = examine(detector, labels, card=card_of(folder), fingerprint=fingerprint(spans), by=by)
    judged = examined.judgement
    if examined.own_training:
        _LOG.warning("%s was fitted to %s: its scores on other texts will be lower", folder, spans.name)
    if plot is not None:
        from analysis.plots import plot_judgement, save_figure

        save_figure(plot_judgement(judged), plot)
    thresholds = {} if costs is None else _thresholds(labels, examined, costs)
    if as_json:
        content = examined.as_dict() | ({"thresholds": thresholds} if thresholds else {})
        typer.echo(json.dumps(content, indent=1))
        return
    console = new_console()
    console.print(agreement_table(examined.as_dict(), title=f"{folder} on {spans.name}"))
    console.print(cut_table(judged))
    if by is not None:
        console.print(group_table(judged, by.value))
    if costs is not None:
        console.print(_threshold_table(thresholds, costs))
    error = bounds_of(judged.intervals["calibration_error"])
    console.print(f"calibration error {judged.values['calibration_error']:.3f} ({error})", highlight=False)
    console.print(f"{examined.cpu_seconds:.3g} CPU s per 1,000 words on this machine", highlight=False)


def _thresholds(
    labels: "list[LabelledText]", examined: "Examination", costs: "Costs"
) -> dict[str, dict[str, dict[str, float]]]:
    """Return for each writer three thresholds and what their cuts cost per 1,000 words."""
    import numpy as np

    from analysis.evaluation.counts import WRITERS
    from analysis.evaluation.predictions import true_words
    from analysis.evaluation.thresholds import cheapest_threshold, cost_of_cuts

    true = [true_words(label) for label in labels]
    lengths = [len(words) for words in true]
    words = np.concatenate([np.zeros(0, dtype=np.bool_), *true])
    probabilities = np.concatenate([found.probabilities for found in examined.predictions])
    found: dict[str, dict[str, dict[str, float]]] = {}
    for writer in WRITERS:
        candidates = {
            "its own": examined.threshold,
            "by the formula": costs.threshold(writer),
            "cheapest here": cheapest_threshold(words, probabilities, lengths, writer, costs),
        }
        prices = cost_of_cuts(words, probabilities, lengths, writer, costs, np.asarray(list(candidates.values())))
        found[writer] = {
            name: {"threshold": threshold, "cost_per_1000_words": float(price)}
            for (name, threshold), price in zip(candidates.items(), prices, strict=True)
        }
    return found


def _threshold_table(thresholds: dict[str, dict[str, dict[str, float]]], costs: "Costs") -> "Table":
    from analysis.evaluation.score_tables import new_table

    table = new_table(
        "Thresholds",
        *("writer", "", "threshold", "cost per 1,000 words"),
        caption=f"early cut: {costs.early:g}; each word of a late one: {costs.late:g}",
    )
    for writer, candidates in thresholds.items():
        for name, found in candidates.items():
            table.add_row(writer, name, f"{found['threshold']:.2f}", f"{found['cost_per_1000_words']:.1f}")
    return table
