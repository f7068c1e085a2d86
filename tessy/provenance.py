"""How a row was made: models, detectors and sampling in a few words and hashes."""

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from detectors.base import Detector


def describe_detector(detector: Detector) -> dict[str, Any]:
    """Name a detector's kind and the hash of all it is made of."""
    state = detector.state()
    digest = hashlib.sha256(json.dumps([detector.kind, dict(state.settings)], sort_keys=True).encode())
    for name in sorted(state.arrays):
        digest.update(name.encode() + state.arrays[name].tobytes())
    return {"kind": detector.kind, "sha256": digest.hexdigest()[:16]}


def describe_sampling(engine: object) -> Mapping[str, Any]:
    """Name how an engine samples; nothing for engines without chance."""
    settings = getattr(engine, "settings", None)
    return {"sampling": dataclasses.asdict(settings.sampling)} if settings is not None else {}
