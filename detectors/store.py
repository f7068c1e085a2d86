"""A saved detector: a folder of ``card.json`` (what it is) and ``weights.safetensors`` (its arrays). No pickle.

A detector that owns a model has a third part, ``checkpoint/``, a Hugging Face folder that other programs load as it is.
"""

import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from detectors.base import Arrays, Detector, DetectorState
from detectors.card import CARD, FORMAT_VERSION, Card, broken, digest, new_card, parse_card
from detectors.errors import DetectorFolderError, UsageError
from detectors.listing import check_files, copy_files, list_files

__all__ = [
    "CARD",
    "CHECKPOINT",
    "FORMAT_VERSION",
    "KINDS",
    "WEIGHTS",
    "Card",
    "check_writable",
    "detector_class",
    "load",
    "read_card",
    "save",
]

WEIGHTS: Final = "weights.safetensors"
CHECKPOINT: Final = "checkpoint"

KINDS: Final[Mapping[str, str]] = {
    "lexicon": "detectors.lexicon:LexiconDetector",
    "logistic": "detectors.logistic:LogisticDetector",
    "probe": "detectors.probe:ProbeDetector",
    "classifier": "detectors.classifier:ClassifierDetector",
}
"""Every kind of detector and the class that is it; imported when used."""


def detector_class(kind: str) -> type[Detector]:
    """Import the class of a kind.

    Raises
    ------
    KeyError
        When no kind has this name.
    """
    module, _, name = KINDS[kind].partition(":")
    found: type[Detector] = getattr(import_module(module), name)
    return found


def check_writable(folder: Path) -> None:
    """Check that a detector may be written as this folder, before a long fit.

    Raises
    ------
    UsageError
        When the folder holds something that is no detector, or lies in a file.
    """
    if above := next((parent for parent in folder.parents if parent.is_file()), None):
        raise UsageError(f"cannot write the detector to {folder}: {above} is a file", advice="choose another folder")
    if folder.is_file() or (folder.is_dir() and any(folder.iterdir()) and not (folder / CARD).is_file()):
        raise UsageError(f"{folder} exists and is not a detector", advice="choose another folder")


def save(detector: Detector, folder: str | os.PathLike[str], *, card: Mapping[str, Any] | None = None) -> Path:
    """Write a detector as a folder; it appears whole or not at all.

    Parameters
    ----------
    detector
        The detector, of a kind in `KINDS`.
    folder
        Where to write it. A detector that is there is replaced; anything else that is there is left alone.
    card
        What only the fit knows: ``training`` (what it was fitted to, with a fingerprint), ``scores``, ``seed``.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    UsageError
        When the folder holds something that is no detector, or cannot be written, or the detector's checkpoint has no
        weights in safetensors.
    """
    from safetensors.numpy import save_file

    folder = Path(folder)
    check_writable(folder)
    state = detector.state()
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
        try:
            save_file(dict(state.arrays), draft / WEIGHTS)
            if state.checkpoint is not None:
                copy_files(state.checkpoint, draft / CHECKPOINT)
            checkpoint = list_files(draft / CHECKPOINT) if state.checkpoint is not None else {}
            content = new_card(detector, state, (draft / WEIGHTS).read_bytes(), checkpoint, card or {})
            (draft / CARD).write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
            draft.chmod(0o755)
            _swap(draft, folder)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    except OSError as error:
        raise UsageError(f"cannot write the detector to {folder}: {error.strerror}") from error
    return folder


def _swap(draft: Path, folder: Path) -> None:
    """Put the new folder in the place of the old one."""
    if not folder.exists():
        draft.rename(folder)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{folder.name}.old.", dir=folder.parent))
    folder.rename(old / folder.name)
    draft.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def load(folder: str | os.PathLike[str]) -> Detector:
    """Read a detector back, or make one of a token classifier's Hugging Face folder, which has no card.

    Raises
    ------
    UsageError
        When the folder is missing.
    DetectorFolderError
        When a file is missing or unreadable, the format is newer, the kind unknown, a hash differs, or the detector
        was made for features of another version.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load as load_arrays

    folder = Path(folder)
    if _is_released(folder):
        return _released(folder)
    card = read_card(folder)
    kind, settings, listing = card["kind"], card["settings"], card.get("checkpoint") or {}
    try:
        weights = (folder / WEIGHTS).read_bytes()
        if listing:
            check_files(folder / CHECKPOINT, listing, where=str(folder))
    except OSError as error:
        raise broken(folder, f"{error.filename or WEIGHTS} cannot be read: {error.strerror}") from error
    if digest(kind, settings, weights, listing) != card["sha256"]:
        raise broken(folder, f"its content does not have the hash its card names ({str(card['sha256'])[:12]}...)")
    try:
        arrays: Arrays = load_arrays(weights)
        state = DetectorState(settings, arrays, folder / CHECKPOINT if listing else None)
        return detector_class(kind).from_state(state)
    except (KeyError, ValueError, TypeError, AttributeError, IndexError, SafetensorError) as error:
        # The content is what was saved: to copy it again would not help.
        raise DetectorFolderError(
            f"this version of tessy cannot use it as a {kind} detector: {error!r}",
            where=str(folder),
            advice=f"it was saved by tessy {card.get('tessy', 'unknown')}; fit the detector again",
        ) from error


def read_card(folder: str | os.PathLike[str]) -> Card:
    """Read what a detector's folder says of it: kind, settings, hash, training, scores.

    The card of a token classifier's folder that has none says its kind, settings and hash.

    Raises
    ------
    UsageError
        When the folder is missing.
    DetectorFolderError
        When the card is missing or not one, its format newer, or its kind unknown.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise UsageError(f"no such detector folder: {folder}", advice="make one with: tessy-detect fit ... --out DIR")
    if _is_released(folder):
        detector = _released(folder)
        return new_card(detector, detector.state(), b"", list_files(folder), {})
    return parse_card(folder / CARD, KINDS)


def _is_released(folder: Path) -> bool:
    """Tell whether a folder is a token classifier's own, as its authors released it."""
    from detectors.checkpoint import read_config

    if (folder / CARD).exists() or not (folder / "config.json").is_file():
        return False
    read_config(folder)
    return True


def _released(folder: Path) -> Detector:
    from detectors.classifier import ClassifierDetector

    return ClassifierDetector.from_checkpoint(folder)
