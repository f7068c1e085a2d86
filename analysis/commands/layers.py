"""``tessy-detect layers``: labels and a language model -> which of its layers makes the best probe."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from analysis.commands.options import AsJson

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.fitting.layer_sweep import LayerScores


def layers(
    labels: Annotated[Path, typer.Argument(metavar="SPANS", help="JSONL with 'text' and true 'spans'.")],
    model: Annotated[str, typer.Option(help="Folder or hub name of a causal language model.", show_default=False)],
    out: Annotated[Path | None, typer.Option(help="Figure to draw: .pdf, .svg or .png.", show_default=False)] = None,
    every: Annotated[int, typer.Option(help="Try every so many-th layer.", min=1)] = 3,
    lookahead: Annotated[int, typer.Option(help="Words to the right a decision may read.", min=0, max=8)] = 2,
    with_words: Annotated[bool, typer.Option("--with-words", help="Fit features of the words, too.")] = False,
    folds: Annotated[int, typer.Option(help="Parts of the cross-validation.", min=2)] = 5,
    cache: Annotated[Path | None, typer.Option(help="Folder to keep the hidden states in.", show_default=False)] = None,
    as_json: AsJson = False,
) -> None:
    """Cross-validate a probe on each layer of a language model, grouped by question."""
    from analysis.fitting.hidden_states import extracted
    from analysis.fitting.layer_sweep import sweep_layers
    from analysis.fitting.probe_settings import ProbeSettings
    from analysis.labels import read_labels
    from analysis.plots.figure import check_form, save_figure
    from analysis.progress_bar import progress_bar
    from detectors.hidden_states import HiddenStates
    from detectors.lower_layers import count_layers
    from detectors.model_folder import find_model

    if out is not None:
        check_form(out)
    texts = read_labels(labels)
    depth = count_layers(find_model(model))
    source = HiddenStates(model, range(depth % every, depth + 1, every))
    settings = ProbeSettings(lookahead=lookahead, with_words=with_words)
    with (
        progress_bar("hidden states", "words") as report,
        extracted(source, [label.text for label in texts], cache=cache, report=report) as states,
        progress_bar("layers", "layers") as layer_report,
    ):
        found = sweep_layers(texts, states, settings, folds=folds, report=layer_report)
    if out is not None:
        from analysis.plots.layers import plot_layers

        save_figure(plot_layers({model: found}), out)
    if as_json:
        typer.echo(json.dumps([{"layer": one.layer, **one.scores.as_dict()} for one in found], indent=1))
    else:
        _print(found)


def _print(found: "Sequence[LayerScores]") -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table()
    for name in ("layer", "token F1", "span F1", "boundary F1"):
        table.add_column(name, justify="right")
    best = max(found, key=lambda one: one.scores.token.f1)
    for one in found:
        scores = (one.scores.token.f1, one.scores.span.f1, one.scores.boundary.f1)
        table.add_row(str(one.layer), *(f"{score:.3f}" for score in scores), style="bold" if one is best else None)
    Console().print(table)
