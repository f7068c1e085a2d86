"""``plot precision-recall`` and ``plot reliability``: detectors on labelled texts."""

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from analysis.commands.named import named_paths
from analysis.commands.plots.canvas import Canvas
from analysis.commands.plots.options import Labels, Out, Width
from analysis.commands.plots.steps import stepping
from detectors.errors import DataError

if TYPE_CHECKING:
    from analysis.evaluation.predictions import Prediction
    from analysis.labels import LabelledText

_AT_ONCE: Final = 32
"""Texts between two steps of the progress."""
_LOG = logging.getLogger(__name__)


def precision_recall(
    detector: Annotated[
        list[str],
        typer.Option(
            help="Folder of a detector; may be given several times.", metavar="[NAME=]DIR", show_default=False
        ),
    ],
    labels: Labels,
    out: Out,
    width: Width = "icml-column",
) -> None:
    """Draw precision and recall of detectors.

    Of words, at every threshold; the marker is at the detector's own.
    """
    import numpy as np
    from sklearn.metrics import precision_recall_curve

    from analysis.evaluation.predictions import true_words
    from analysis.evaluation.scores import Agreement
    from analysis.plots import plot_precision_recall

    canvas = Canvas.of(out, width)
    folders = named_paths(detector)
    texts = _read(labels)
    true = np.concatenate([true_words(text) for text in texts])
    if not true.any():
        raise DataError("no word of these texts is style", where=str(labels), advice="are the spans right?")
    curves, chosen = {}, {}
    for name, predictions in _predictions(folders, labels, texts).items():
        likely = np.concatenate([one.probabilities for one in predictions])
        style = np.concatenate([one.style for one in predictions])
        curves[name] = precision_recall_curve(true, likely)[:2]
        agreement = Agreement.of(int((style & true).sum()), int(style.sum()), int(true.sum()))
        chosen[name] = (agreement.precision, agreement.recall)
    figure = plot_precision_recall(curves, chosen=chosen, share=float(true.mean()), width=canvas.width)
    canvas.save(figure, f"{len(true):,} words of {_texts(texts)}; average precision stands in the key")


def reliability(
    detector: Annotated[Path, typer.Option(help="Folder of a detector.", metavar="DIR", show_default=False)],
    labels: Labels,
    out: Out,
    width: Width = "icml-column",
) -> None:
    """Draw how far probabilities of style can be trusted.

    The share of style among words of about one probability, beside that probability.
    """
    from analysis.evaluation.calibration import reliability as ranges_of
    from analysis.evaluation.judgement import judge
    from analysis.plots import plot_reliability

    canvas = Canvas.of(out, width)
    texts = _read(labels)
    [predictions] = _predictions({"reliability": detector}, labels, texts).values()
    # No interval is drawn, so none is estimated.
    judged = judge(texts, predictions, replicates=1)
    error = judged.values["calibration_error"]
    figure = plot_reliability(ranges_of(judged.sums), error=error, width=canvas.width)
    canvas.save(figure, f"{judged.words:,} words of {_texts(texts)}; calibration error {error:.3f}")


def _read(path: Path) -> "list[LabelledText]":
    from analysis.labels import read_labels

    return read_labels(path)


def _predictions(
    folders: dict[str, Path], labels: Path, texts: "Sequence[LabelledText]"
) -> "dict[str, list[Prediction]]":
    """Ask every detector about every text; warns of those that were fitted to these very texts."""
    from analysis.evaluation.examination import card_of, names_file
    from analysis.evaluation.predictions import predict
    from analysis.terminal import fingerprint
    from detectors.store import load

    detectors = {name: load(folder) for name, folder in folders.items()}
    sha256 = fingerprint(labels)
    for folder in folders.values():
        if names_file(card_of(folder), sha256):
            _LOG.warning("%s was fitted to %s: it looks better here than on other texts", folder, labels.name)
    starts = range(0, len(texts), _AT_ONCE)
    found: dict[str, list[Prediction]] = {name: [] for name in detectors}
    with stepping("detectors", len(texts) * len(detectors), "texts") as step:
        for name, detector in detectors.items():
            for start in starts:
                some = texts[start : start + _AT_ONCE]
                found[name] += predict(detector, some)
                step(len(some))
    return found


def _texts(texts: "Sequence[LabelledText]") -> str:
    return f"{len(texts):,} texts on {len({text.question for text in texts}):,} questions"
