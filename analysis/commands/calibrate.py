"""``tessy-detect calibrate``: a detector -> the same with probabilities to rely on and a threshold for stated costs."""

import logging
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from analysis.commands.options import Folder
from detectors.errors import UsageError

if TYPE_CHECKING:
    from detectors.base import Detector

_LOG = logging.getLogger(__name__)


class Map(StrEnum):
    """How probabilities are mapped."""

    TEMPERATURE = "temperature"
    PLATT = "platt"
    ISOTONIC = "isotonic"
    NONE = "none"


class Role(StrEnum):
    """Whose drafts a threshold is for."""

    STUDENT = "student"
    TEACHER = "teacher"


def calibrate(
    folder: Folder,
    spans: Annotated[
        Path, typer.Argument(metavar="SPANS", help="JSONL with 'text' and true 'spans' the detector was not fitted to.")
    ],
    out: Annotated[Path, typer.Option(help="Folder to write the detector to.", show_default=False)],
    method: Annotated[Map, typer.Option(help="The map of the probabilities; none leaves them.")] = Map.PLATT,
    threshold: Annotated[
        float | None, typer.Option(help="Least calibrated probability of style.", min=0.001, max=0.999)
    ] = None,
    writer: Annotated[Role | None, typer.Option(help="Set the threshold of least cost for this one's drafts.")] = None,
    early_cost: Annotated[float, typer.Option(help="What each early cut costs.", min=0)] = 1.0,
    late_cost: Annotated[float, typer.Option(help="What each word of a late cut costs.", min=0)] = 1.0,
) -> None:
    """Make a detector's probabilities reliable, and choose its threshold by the costs of early and late cuts.

    Without --threshold and --writer its decisions stay as they are.
    """
    from analysis.evaluation.examination import card_of, names_file
    from analysis.evaluation.thresholds import Costs
    from analysis.terminal import fingerprint
    from detectors import store

    if writer is not None and threshold is not None:
        raise UsageError("--threshold and --writer both set the threshold")
    if writer is not None:
        threshold = Costs(early_cost, late_cost).threshold("student" if writer is Role.STUDENT else "teacher")
    if threshold is not None and not 0 < threshold < 1:
        raise UsageError(f"with these costs the threshold would be {threshold}", advice="both costs must be above 0")
    detector = store.load(folder)
    card, sha256 = card_of(folder), fingerprint(spans)
    if names_file(card, sha256):
        _LOG.warning("%s was fitted to %s, where it looks surer than it may be: give other texts", folder, spans.name)
    made = _calibrated(detector, spans, method, threshold)
    # The scores in the card are those of other decisions.
    kept = {str(name): card[name] for name in ("training", "strongest") if name in card}
    kept["calibrated"] = {"labels": spans.name, "sha256": sha256, "method": method.value}
    store.save(made, out, card=kept)
    typer.echo(f"{out}: threshold {made.threshold:.3f}", err=True)


def _calibrated(detector: "Detector", spans: Path, method: Map, threshold: float | None) -> "Detector":
    from analysis.evaluation.calibration import Method
    from analysis.evaluation.calibration import calibrate as fit
    from analysis.evaluation.predictions import predict
    from analysis.labels import read_labels
    from detectors.calibrated import calibrated
    from detectors.calibration import Calibration

    labels = read_labels(spans)
    if method is Map.NONE:
        return calibrated(detector, Calibration(), threshold)
    methods: dict[Map, Method] = {Map.TEMPERATURE: "temperature", Map.PLATT: "platt", Map.ISOTONIC: "isotonic"}
    return calibrated(detector, fit(labels, predict(detector, labels), methods[method]), threshold)
