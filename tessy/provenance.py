"""How a row was made: models, detectors and sampling in a few words and hashes."""

import dataclasses
import hashlib
import json
from pathlib import Path
from typing import Any

from detectors.base import Detector
from tessy.settings import ModelSettings

_HEAD = 4 << 20


def describe_detector(detector: Detector) -> dict[str, Any]:
    """Name a detector's kind and the hash of all it is made of."""
    state = detector.state()
    digest = hashlib.sha256(json.dumps([detector.kind, dict(state.settings)], sort_keys=True).encode())
    for name in sorted(state.arrays):
        digest.update(name.encode() + state.arrays[name].tobytes())
    return {"kind": detector.kind, "sha256": digest.hexdigest()[:16]}


def folder_fingerprint(folder: str | Path) -> str | None:
    """Hash what tells a model's folder from others: its configuration, and size and head of each weight file.

    Returns None for what is no folder on this machine. Reading whole weights would take minutes for large models; a
    safetensors file's head names every tensor, and fine-tuning changes the first values, too.
    """
    root = Path(folder)
    if not (root / "config.json").is_file():
        return None
    digest = hashlib.sha256((root / "config.json").read_bytes())
    for path in sorted(root.glob("*.safetensors")):
        with path.open("rb") as file:
            digest.update(f"{path.name}:{path.stat().st_size}".encode() + file.read(_HEAD))
    return digest.hexdigest()[:16]


def describe_model(name: str, root: str | Path, tokenizer: str, settings: ModelSettings) -> dict[str, Any]:
    """Name a model, the hashes of its weights and tokenizer, and how it is asked.

    Parameters
    ----------
    name
        As rows show it.
    root
        Its folder; where that is not on this machine, its weights have no hash.
    tokenizer
        The hash of its tokenizer.
    settings
        The rest.
    """
    return {
        "model": name,
        "weights": folder_fingerprint(root),
        "tokenizer": tokenizer[:16],
        "template_options": dict(settings.template_options),
        "sampling": dataclasses.asdict(settings.sampling),
    }
