"""``tessy-detect compare``: any number of detectors on the same labelled texts, in one table and one figure."""

import json
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from analysis.commands.options import AsJson

_LOG = logging.getLogger(__name__)
_NAME = "comparison"


def compare(
    folders: Annotated[
        list[Path], typer.Argument(metavar="DIR [DIR ...]", help="Folders of detectors.", show_default=False)
    ],
    labels: Annotated[Path, typer.Option(help="JSONL with 'text' and its style 'spans'.", show_default=False)],
    out: Annotated[
        Path | None, typer.Option(help=f"Folder for {_NAME}.json and the figure as PDF, SVG and PNG.")
    ] = None,
    as_json: AsJson = False,
    ceiling: Annotated[
        float | None, typer.Option(help="Token F1 of two annotators, drawn into the figure.", min=0, max=1)
    ] = None,
) -> None:
    """Judge detectors on the same texts, best first, with paired intervals of the differences."""
    from analysis.evaluation.comparison import compare as rank
    from analysis.evaluation.examination import card_of, examine
    from analysis.evaluation.score_tables import comparison_table, new_console
    from analysis.labels import read_labels
    from analysis.plots.figure import FORMS
    from analysis.terminal import fingerprint
    from detectors.errors import UsageError
    from detectors.store import load

    texts, sha256 = read_labels(labels), fingerprint(labels)
    names = _names(folders)
    cards = [card_of(folder) for folder in folders]
    examinations = {
        name: examine(load(folder), texts, card=card, fingerprint=sha256)
        for name, folder, card in zip(names, folders, cards, strict=True)
    }
    standings = rank({name: examined.judgement for name, examined in examinations.items()})
    if seen := [name for name in names if examinations[name].own_training]:
        _LOG.warning("fitted to %s itself, so not to be compared: %s", labels.name, ", ".join(seen))
    content = {
        "labels": labels.name,
        "sha256": sha256,
        "ceiling": ceiling,
        "detectors": [
            {
                "name": standing.name,
                "difference": standing.difference,
                "difference_interval": list(standing.difference_interval),
                **examinations[standing.name].as_dict(),
            }
            for standing in standings
        ],
    }
    text = json.dumps(content, indent=1, ensure_ascii=False)
    if out is not None:
        from analysis.plots import plot_comparison, save_figure

        try:
            out.mkdir(parents=True, exist_ok=True)
            (out / f"{_NAME}.json").write_text(text + "\n", encoding="utf-8")
        except OSError as error:
            raise UsageError(f"cannot write to {out}: {error.strerror}") from error
        figure = plot_comparison(standings, ceiling=ceiling)
        for form in FORMS:
            save_figure(figure, out / f"{_NAME}{form}")
    if as_json:
        typer.echo(text)
        return
    console = new_console()
    console.print(comparison_table(standings, examinations))
    if seen:
        console.print("* fitted to these very texts", markup=False)


def _names(folders: Sequence[Path]) -> list[str]:
    """Name each detector by the end of its folder's path: as many of its parts as tell them all apart.

    Raises
    ------
    UsageError
        When a folder is given twice.
    """
    from detectors.errors import UsageError

    paths = [folder.resolve().parts for folder in folders]
    for folder, path in zip(folders, paths, strict=True):
        if paths.count(path) > 1:
            raise UsageError(f"the detector {folder} is given twice")
    for count in range(1, max(map(len, paths))):
        names = ["/".join(path[-count:]) for path in paths]
        if len(set(names)) == len(names):
            return names
    return [str(folder) for folder in folders]
