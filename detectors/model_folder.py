"""A language model's folder on this machine: found by path or hub name, and told apart by a hash of its content."""

import hashlib
from pathlib import Path
from typing import Final

from detectors.errors import UsageError

_WANTED: Final = ("*.json", "*.safetensors", "*.model", "*.txt")


def find_model(model: str) -> Path:
    """Return the folder of a model: the one given, or the hub's snapshot of a name, downloaded when it is not here.

    Raises
    ------
    UsageError
        When there is no such folder and no such name on the hub or in its cache.
    """
    folder = Path(model).expanduser()
    if folder.is_dir():
        return folder.absolute()
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(model, allow_patterns=list(_WANTED)))
    except (OSError, ValueError, HfHubHTTPError, HFValidationError, LocalEntryNotFoundError) as error:
        raise UsageError(
            f"there is no model folder {model}, and the hub does not give it",
            advice="give a Hugging Face folder of a causal language model, or a name that this machine can download",
        ) from error


def model_fingerprint(folder: Path) -> str:
    """Return the SHA-256, in hexadecimal, of a model's configuration, tokenizer and weights.

    Raises
    ------
    UsageError
        When the folder holds no configuration or no safetensors weights, or cannot be read.
    """
    files = [folder / "config.json", folder / "tokenizer.json", *sorted(folder.glob("*.safetensors"))]
    missing = "safetensors weights" if len(files) < 3 else next((f.name for f in files if not f.is_file()), None)
    if missing:
        raise UsageError(f"{folder} is not the folder of a language model: it has no {missing}")
    content = hashlib.sha256()
    try:
        for path in files:
            with path.open("rb") as file:
                content.update(path.name.encode() + b"\0" + hashlib.file_digest(file, "sha256").digest())
    except OSError as error:
        raise UsageError(f"{error.filename} cannot be read: {error.strerror}") from error
    return content.hexdigest()
