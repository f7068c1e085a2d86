"""Labelled texts and a language model -> a boundary predictor, fine-tuned with the transformers Trainer."""

import hashlib
import json
import logging
import shutil
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.evaluation.folds import split_by_question
from analysis.fitting.training_settings import Report, TrainingSettings
from analysis.labels import LabelledText
from detectors.alignment import Alignment
from detectors.encoding import load_tokenizer
from detectors.errors import DataError, DetectorFolderError, UsageError, require

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

    from detectors.classifier import ClassifierDetector

_LOG = logging.getLogger(__name__)


def fit_classifier(
    labels: Sequence[LabelledText],
    *,
    model: str | Path,
    work: Path,
    settings: TrainingSettings | None = None,
    threshold: float = 0.4,
    report: Report | None = None,
) -> "ClassifierDetector":
    """Fine-tune a causal language model into a boundary predictor.

    Everything is written below `work`, in a folder named after the labels, the model and the settings. The same call
    goes on after the last whole epoch of one that was interrupted, and returns at once what one that ended has made.

    Parameters
    ----------
    labels
        Texts with their true spans.
    model
        Folder or hub name of a causal language model with a fast tokenizer. No remote code is run.
    work
        Folder for the Trainer's checkpoints, and for the finished one that the detector refers to.
    settings
        How to train.
    threshold
        The least probability of a style word.
    report
        Told after every step how far it is.

    Raises
    ------
    MissingExtraError
        When torch or accelerate is not installed.
    UsageError
        When the model cannot be loaded, or has too few layers.
    DataError
        When the labels hold no style word, or nothing else, or `held_out` asks for more questions than there are.
    """
    from detectors.classifier import ClassifierDetector

    require("torch", "torch")
    require("accelerate", "torch")
    from analysis.fitting.trainer import train

    settings = settings or TrainingSettings()
    tokenizer = load_tokenizer(str(model))
    alignment = _alignment(tokenizer, settings)
    folder = work / _name(labels, model, settings)
    finished = folder / "checkpoint"
    if not finished.is_dir():
        trained_on, held_out = _split(labels, settings.held_out)
        draft = folder / "draft"
        train(
            model,
            tokenizer=tokenizer,
            alignment=alignment,
            settings=settings,
            trained_on=trained_on,
            held_out=held_out,
            work=folder / "trainer",
            out=draft,
            threshold=threshold,
            report=report,
        )
        draft.rename(finished)
        shutil.rmtree(folder / "trainer", ignore_errors=True)
    else:
        _LOG.info("%s was trained before", finished)
    try:
        return ClassifierDetector(finished, alignment=alignment, threshold=threshold)
    except DetectorFolderError as error:
        raise UsageError(str(error), advice=f"remove {folder} and fit again") from error


def _alignment(tokenizer: "PreTrainedTokenizerFast", settings: TrainingSettings) -> Alignment:
    begin, end = tokenizer.bos_token_id, tokenizer.eos_token_id
    before = () if begin is None else (int(begin),)
    return Alignment(shift=-settings.lookahead, stride=settings.stride, before=before, after=int(end or 0))


def _split(labels: Sequence[LabelledText], share: float) -> tuple[list[LabelledText], list[LabelledText]]:
    """Set questions aside: at least the share asked for, as near to it as whole questions allow."""
    if not share:
        return list(labels), []
    parts = split_by_question(labels, round(1 / share))
    if len(parts) < 2:
        raise DataError("to hold questions out there must be two at least", advice="train on all: held_out=0")
    aside = set(parts[0])
    return (
        [label for index, label in enumerate(labels) if index not in aside],
        [labels[index] for index in parts[0]],
    )


def _name(labels: Sequence[LabelledText], model: str | Path, settings: TrainingSettings) -> str:
    """Name a training after all that decides its outcome."""
    digest = hashlib.sha256()
    rows: list[Any] = [[label.text, label.question, [[s.start, s.end] for s in label.spans]] for label in labels]
    digest.update(json.dumps([asdict(settings), rows], sort_keys=True).encode("utf-8", "surrogatepass"))
    files = sorted(Path(model).glob("*.safetensors")) if Path(model).is_dir() else []
    for file in [Path(model) / "config.json", *files] if files else []:
        with file.open("rb") as content:
            digest.update(hashlib.file_digest(content, "sha256").digest())
    if not files:
        digest.update(str(model).encode())
    return digest.hexdigest()[:16]
