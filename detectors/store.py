"""A saved detector: a folder of ``card.json`` (what it is) and ``weights.safetensors`` (its arrays). No pickle."""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from detectors.base import Arrays, Detector, DetectorState
from detectors.errors import DetectorFolderError, UsageError

FORMAT_VERSION: Final = 1
CARD: Final = "card.json"
WEIGHTS: Final = "weights.safetensors"

KINDS: Final[Mapping[str, str]] = {
    "lexicon": "detectors.lexicon:LexiconDetector",
    "logistic": "detectors.logistic:LogisticDetector",
}
"""Every kind of detector and the class that is it; imported when used."""

Card = dict[str, Any]


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


def save(detector: Detector, folder: str | os.PathLike[str], *, card: Mapping[str, Any] | None = None) -> Path:
    """Write a detector as a folder; it appears whole or not at all.

    Parameters
    ----------
    detector
        The detector, of a kind in `KINDS`.
    folder
        Where to write it. A detector that is there is replaced; anything else that is there is left alone.
    card
        What else the card should say: ``training`` (what it was fitted to, with a fingerprint), ``scores``.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    UsageError
        When the folder holds something that is no detector, or cannot be written.
    """
    from safetensors.numpy import save_file

    folder = Path(folder)
    if folder.is_file() or (folder.is_dir() and any(folder.iterdir()) and not (folder / CARD).is_file()):
        raise UsageError(f"{folder} exists and is not a detector", advice="choose another folder")
    state = detector.state()
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
        try:
            save_file(dict(state.arrays), draft / WEIGHTS)
            settings = json.loads(json.dumps(dict(state.settings)))
            content: Card = {
                "format": FORMAT_VERSION,
                "kind": detector.kind,
                "tessy": _version(),
                "context": detector.context,
                "lookahead": detector.lookahead,
                **(card or {}),
                "settings": settings,
                "sha256": _digest(detector.kind, settings, (draft / WEIGHTS).read_bytes()),
            }
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
    """Read a detector back.

    Raises
    ------
    UsageError
        When the folder is missing.
    DetectorFolderError
        When a file is missing or unreadable, the format is newer, the kind unknown, or the hash differs.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load as load_arrays

    folder = Path(folder)
    card = read_card(folder)
    kind, settings = card["kind"], card["settings"]
    try:
        weights = (folder / WEIGHTS).read_bytes()
    except OSError as error:
        raise _broken(folder, f"{WEIGHTS} cannot be read: {error.strerror}") from error
    if _digest(kind, settings, weights) != card["sha256"]:
        raise _broken(folder, f"its content does not have the hash its card names ({str(card['sha256'])[:12]}...)")
    try:
        arrays: Arrays = load_arrays(weights)
        return detector_class(kind).from_state(DetectorState(settings, arrays))
    except (KeyError, ValueError, TypeError, AttributeError, IndexError, SafetensorError) as error:
        raise _broken(folder, f"it does not describe a {kind} detector: {error!r}") from error


def read_card(folder: str | os.PathLike[str]) -> Card:
    """Read what a detector's folder says of it: kind, settings, hash, training, scores.

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
    try:
        card = json.loads((folder / CARD).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise _broken(folder, f"it has no {CARD}") from None
    except (OSError, ValueError, RecursionError) as error:
        raise _broken(folder, f"{CARD} cannot be read: {error}") from error
    if not isinstance(card, dict) or not isinstance(card.get("format"), int):
        raise _broken(folder, f"{CARD} does not name its format")
    if card["format"] > FORMAT_VERSION:
        raise DetectorFolderError(
            f"the detector has format {card['format']}, this tessy reads up to {FORMAT_VERSION}",
            where=str(folder),
            advice="upgrade tessy, or fit the detector again",
        )
    if missing := {"kind", "settings", "sha256"} - card.keys():
        raise _broken(folder, f"{CARD} lacks {', '.join(sorted(missing))}")
    if not isinstance(card["kind"], str) or card["kind"] not in KINDS:
        raise DetectorFolderError(
            f"unknown kind of detector {card['kind']!r}", where=str(folder), advice=f"known: {', '.join(KINDS)}"
        )
    if not isinstance(card["settings"], dict):
        raise _broken(folder, f"the settings in {CARD} are not an object")
    return card


def _broken(folder: Path, reason: str) -> DetectorFolderError:
    return DetectorFolderError(
        f"the detector cannot be loaded: {reason}",
        where=str(folder),
        advice="copy the whole folder again, or fit the detector again",
    )


def _digest(kind: str, settings: Mapping[str, Any], weights: bytes) -> str:
    """Hash what decides how the detector works: its kind, its settings and its weights."""
    canonical = json.dumps([kind, settings], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass") + b"\0" + weights).hexdigest()


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("tessy")
    except PackageNotFoundError:
        return "unknown"
