"""Models that never end their thinking, so that every trace reaches the same length."""

import json
import shutil
from pathlib import Path

from detectors.errors import require
from tessy.thinking import thinking_marks
from tessy.vocabulary import Vocabulary


def silenced(vocabulary: Vocabulary) -> list[int]:
    """Return the ids that end a thinking, and those with a ``<``: base models like to repeat marks."""
    signs = [token for token in range(len(vocabulary.tokenizer)) if "<" in vocabulary.texts([], [token])[0]]
    return sorted({*signs, *thinking_marks(vocabulary).end_ids})


def endless(model: Path, folder: Path) -> Path:
    """Copy a model so that none of its `silenced` ids is ever the likeliest.

    The copy's output head is its own (the input embeddings stay as they are), and the row of a silenced id in it is the
    mean of all other ids' rows: its logit is the mean of theirs and so never the largest, whatever the text. Greedy
    decoding never ends, then, and a step costs what it cost before.

    Parameters
    ----------
    model
        A causal model's folder whose output head is tied to its input embeddings.
    folder
        Where to put the copy; a folder that is there already is taken as it is.

    Returns
    -------
    Path
        `folder`.
    """
    if (folder / "config.json").is_file():
        return folder
    torch = require("torch", "torch")
    safetensors = require("safetensors.torch", "torch")
    folder.mkdir(parents=True, exist_ok=True)
    tensors = safetensors.load_file(model / "model.safetensors")
    head = tensors["model.embed_tokens.weight"].clone()
    silent = torch.zeros(len(head), dtype=torch.bool)
    silent[silenced(Vocabulary.load(str(model)))] = True
    head[silent] = head[~silent].float().mean(0).to(head.dtype)
    tensors["lm_head.weight"] = head
    safetensors.save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    for path in model.iterdir():
        if path.suffix in {".json", ".jinja"} and path.name != "config.json":
            shutil.copy(path, folder / path.name)
    config = json.loads((model / "config.json").read_text(encoding="utf-8"))
    config["tie_word_embeddings"] = False
    # Last, because its presence says that the copy is complete.
    (folder / "config.json").write_text(json.dumps(config, indent=2), encoding="utf-8")
    return folder
