"""``--endpoint URL``: a detector's folder whose model another machine runs."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from detectors.errors import UsageError

if TYPE_CHECKING:
    from detectors.base import Detector

Endpoint = Annotated[
    str | None,
    typer.Option(metavar="URL", help="A vLLM server that runs a classifier's checkpoint (docs/classifier.md)."),
]


def load_served(folder: Path, endpoint: str | None) -> "Detector":
    """Load a detector, and have a vLLM server run its model where one is named.

    Raises
    ------
    UsageError
        When the folder is missing, or an endpoint is given for a detector that is no classifier.
    DetectorFolderError
        When the detector cannot be loaded.
    """
    from detectors import store

    detector = store.load(folder)
    if endpoint is None:
        return detector
    from detectors.classifier import ClassifierDetector

    if not isinstance(detector, ClassifierDetector):
        raise UsageError(f"{folder} is a {detector.kind} detector, which no server runs", advice="leave out --endpoint")
    return detector.served_by(endpoint)
