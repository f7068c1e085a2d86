"""Losses that a trainer wrote down."""

import json
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from detectors.errors import DataError, UsageError

_NAME = "trainer_state.json"


@dataclass(frozen=True, slots=True, eq=False)
class TrainingLog:
    """The losses of one run.

    Attributes
    ----------
    steps
        Optimizer steps, float64 of shape (records,), ascending.
    losses
        The loss at each, in nats a token as trainers write it, float64 of shape (records,).
    """

    steps: NDArray[np.float64]
    losses: NDArray[np.float64]


def read_training_log(path: Path, *, field: str = "loss") -> TrainingLog:
    """Read the ``trainer_state.json`` of Hugging Face's trainers (transformers, TRL).

    Parameters
    ----------
    path
        The file, or the folder of a checkpoint that holds it.
    field
        Which number: ``loss`` or ``eval_loss``, or another that the records have.

    Raises
    ------
    UsageError
        When the file is missing.
    DataError
        When it is no such file, or no record has the field.
    """
    file = path / _NAME if path.is_dir() else path
    if not file.is_file():
        raise UsageError(f"no such file: {file}", advice=f"give a {_NAME}, or the folder of a checkpoint")
    try:
        state = json.loads(file.read_text(encoding="utf-8"))
        records = state["log_history"]
        found = {float(record["step"]): float(record[field]) for record in records if field in record}
    except (ValueError, TypeError, KeyError) as error:
        raise DataError(f"no log of a trainer: {error!r}", where=str(file), advice=f"expected a {_NAME}") from error
    if not found:
        known = sorted({name for record in records for name in record})
        raise DataError(f"no record has the field {field!r}", where=str(file), advice=f"they have {', '.join(known)}")
    # A run that was taken up again may have written a step twice: the later record counts.
    steps = sorted(step for step in found if not math.isnan(step))
    return TrainingLog(np.array(steps), np.array([found[step] for step in steps]))
