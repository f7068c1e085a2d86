"""The card of a saved detector: what it is, what it reads, what it was fitted to, and how well it does.

A card holds no dates, no paths and nothing of the machine: equal fits have equal cards.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from detectors.base import Detector, DetectorState
from detectors.errors import DetectorFolderError
from detectors.listing import Listing

FORMAT_VERSION: Final = 1
CARD: Final = "card.json"

Card = dict[str, Any]

_LIBRARIES: Final[Mapping[str, tuple[str, ...]]] = {
    "logistic": ("scikit-learn",),
    "probe": ("scikit-learn", "tokenizers", "torch", "transformers"),
    "classifier": ("tokenizers", "torch", "transformers"),
}
"""What decided how a kind was fitted, beside numpy and regex, which cut every text into words."""


def new_card(
    detector: Detector, state: DetectorState, weights: bytes, checkpoint: Listing, given: Mapping[str, Any]
) -> Card:
    """Write down what a detector is.

    Parameters
    ----------
    detector, state
        The detector and its state.
    weights
        The bytes of its arrays as safetensors.
    checkpoint
        The files of its checkpoint; empty when it has none.
    given
        What only the fit knows: ``training``, ``scores``, ``seed``. It cannot override what the detector says of
        itself.
    """
    # Settings go through JSON once, so that the hash is that of what a reader will find.
    settings = json.loads(json.dumps(dict(state.settings)))
    return {
        "format": FORMAT_VERSION,
        "kind": detector.kind,
        "tessy": version_of("tessy"),
        "libraries": {
            name: version_of(name) for name in sorted({"numpy", "regex", *_LIBRARIES.get(detector.kind, ())})
        },
        "context": detector.context,
        "lookahead": detector.lookahead,
        "threshold": detector.threshold,
        "features": _features(settings, state),
        **{name: value for name, value in given.items() if name not in {"settings", "sha256"}},
        **({"checkpoint": checkpoint} if checkpoint else {}),
        "settings": settings,
        "sha256": digest(detector.kind, settings, weights, checkpoint),
    }


def _features(settings: Mapping[str, Any], state: DetectorState) -> dict[str, Any]:
    """Say what a detector reads, short enough to print: plain settings, and how many there are of the others."""
    from detectors.word_part import WORD_PART

    found: dict[str, Any] = {}
    for name, value in settings.items():
        if name in {"threshold", "lookahead", "calibration", "bias"} or value is None:
            continue
        if name == WORD_PART:
            found["joined_with"] = "logistic regression over words"
            continue
        small = not isinstance(value, list | dict) or (isinstance(value, list) and len(value) <= 8)
        found[name] = value if small else len(value)
    return found | {name: list(array.shape) for name, array in state.arrays.items()}


def digest(kind: str, settings: Mapping[str, Any], weights: bytes, checkpoint: Mapping[str, Any]) -> str:
    """Hash what decides how a detector works: its kind, settings, weights, and the hashes of its checkpoint's files."""
    described = [kind, settings, checkpoint] if checkpoint else [kind, settings]
    canonical = json.dumps(described, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass") + b"\0" + weights).hexdigest()


def parse_card(path: Path, kinds: Mapping[str, object]) -> Card:
    """Read and check a card.

    Raises
    ------
    DetectorFolderError
        When it is missing or no card, its format is newer than this version reads, or its kind unknown.
    """
    folder = path.parent
    try:
        card = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise broken(folder, f"it has no {path.name}") from None
    except (OSError, ValueError, RecursionError) as error:
        raise broken(folder, f"{path.name} cannot be read: {error}") from error
    if not isinstance(card, dict) or not isinstance(card.get("format"), int):
        raise broken(folder, f"{path.name} does not name its format")
    if card["format"] > FORMAT_VERSION:
        raise DetectorFolderError(
            f"the detector has format {card['format']}, this tessy reads up to {FORMAT_VERSION}",
            where=str(folder),
            advice="upgrade tessy, or fit the detector again",
        )
    if missing := {"kind", "settings", "sha256"} - card.keys():
        raise broken(folder, f"{path.name} lacks {', '.join(sorted(missing))}")
    if not isinstance(card["kind"], str) or card["kind"] not in kinds:
        raise DetectorFolderError(
            f"unknown kind of detector {card['kind']!r}", where=str(folder), advice=f"known: {', '.join(kinds)}"
        )
    for name in ("settings", "checkpoint", "training", "scores", "features", "libraries"):
        if not isinstance(card.get(name, {}), dict):
            raise broken(folder, f"the {name} in {path.name} are not an object")
    return card


def broken(folder: Path, reason: str) -> DetectorFolderError:
    """Return the error of a folder that is not as it was saved."""
    return DetectorFolderError(
        f"the detector cannot be loaded: {reason}",
        where=str(folder),
        advice="copy the whole folder again, or fit the detector again",
    )


def version_of(distribution: str) -> str:
    """Return the installed version of a library, ``unknown`` when it is not installed."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(distribution)
    except PackageNotFoundError:
        return "unknown"
