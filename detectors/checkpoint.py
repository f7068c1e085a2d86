"""What the folder of a Hugging Face token classifier says of it, read without loading the model."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from detectors.errors import DetectorFolderError, UsageError

ARCHITECTURE: Final = "ForTokenClassification"


def read_config(folder: Path) -> dict[str, Any]:
    """Read the ``config.json`` of a token classifier's folder.

    Raises
    ------
    UsageError
        When the folder is missing.
    DetectorFolderError
        When it holds no readable configuration, or another kind of model.
    """
    if not folder.is_dir():
        raise UsageError(f"no such model folder: {folder}")
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DetectorFolderError("it has no config.json", where=str(folder)) from None
    except (OSError, ValueError, RecursionError) as error:
        raise DetectorFolderError(f"config.json cannot be read: {error}", where=str(folder)) from error
    names = config.get("architectures") if isinstance(config, dict) else None
    if not isinstance(names, list) or not any(str(name).endswith(ARCHITECTURE) for name in names):
        raise DetectorFolderError(
            f"not a token classifier: its architectures are {names!r}",
            where=str(folder),
            advice=f"a detector needs a ...{ARCHITECTURE} checkpoint",
        )
    found: dict[str, Any] = config
    return found


def style_label(config: Mapping[str, Any]) -> int:
    """Return the index of the label that means style: the one named so in ``id2label``, else 1, as in the paper."""
    names = config.get("id2label") or {}
    named = [int(index) for index, name in names.items() if str(name).strip().casefold() == "style"]
    return named[0] if len(named) == 1 else 1
