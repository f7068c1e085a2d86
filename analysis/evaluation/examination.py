"""A detector on labelled texts: run, timed, judged, and checked for having seen them before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.evaluation.groups import Group
from analysis.evaluation.judgement import Judgement, judge
from analysis.evaluation.predictions import Prediction, predict_timed
from analysis.labels import LabelledText
from detectors import store
from detectors.base import Detector


@dataclass(frozen=True, slots=True, eq=False)
class Examination:
    """What came of running a detector on labelled texts.

    Attributes
    ----------
    kind
        The detector's kind.
    threshold
        Its least probability of a style word.
    judgement
        Its scores.
    predictions
        What it says of each text.
    cpu_seconds
        CPU seconds per 1,000 words, of this process on this machine.
    own_training
        Whether its card says it was fitted to this very file, so that the scores are too good.
    """

    kind: str
    threshold: float
    judgement: Judgement
    predictions: Sequence[Prediction]
    cpu_seconds: float
    own_training: bool

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON can hold it, with what `Judgement.as_dict` holds."""
        return {
            "kind": self.kind,
            "threshold": self.threshold,
            "own_training_data": self.own_training,
            "cpu_seconds_per_1000_words": self.cpu_seconds,
            **self.judgement.as_dict(),
        }


def examine(
    detector: Detector,
    labels: Sequence[LabelledText],
    *,
    card: Mapping[str, Any] | None = None,
    fingerprint: str = "",
    by: Group | None = None,
) -> Examination:
    """Run a detector on labelled texts and judge it.

    Parameters
    ----------
    detector
        The detector.
    labels
        The texts with their true spans.
    card, fingerprint
        The detector's card, and the SHA-256 of the file the texts come from, to be looked for in it.
    by
        Also judge the texts of each model or domain apart.

    Raises
    ------
    DataError
        When there are no texts.
    """
    predictions, seconds = predict_timed(detector, labels)
    return Examination(
        detector.kind,
        detector.threshold,
        judge(labels, predictions, by=by),
        predictions,
        seconds,
        own_training=names_file(card or {}, fingerprint),
    )


def card_of(folder: Path) -> store.Card:
    """Read a detector's card; a folder that is there but has none, such as a released checkpoint, has an empty one.

    Raises
    ------
    UsageError
        When the folder is missing.
    DetectorFolderError
        When the card is not one.
    """
    return {} if folder.is_dir() and not (folder / store.CARD).is_file() else store.read_card(folder)


def names_file(card: Mapping[str, Any], fingerprint: str) -> bool:
    """Tell whether a card's account of the detector's training names a file, by its SHA-256."""
    return bool(fingerprint) and _holds(card.get("training"), fingerprint)


def _holds(value: object, sought: str) -> bool:
    if isinstance(value, Mapping):
        return any(_holds(part, sought) for part in value.values())
    if isinstance(value, list):
        return any(_holds(part, sought) for part in value)
    return value == sought
