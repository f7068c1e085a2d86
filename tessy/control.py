"""Control tokens of a tokenizer, and copies of it in which no text a user writes can reach them.

A control token is an id that steers the model (``<|im_end|>``, ``</think>``, ``<|channel|>``) and has a *mark*, the
text that stands for it in a chat template. The copies rename every mark to digits nobody can guess. Ids, merges, flags
and the rest stay as they are, so that text encodes as before, and only who knows a name can write the token.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

_BRACKETED = re.compile(r"[<\[{|｜].*[>\]}|｜]", re.DOTALL)
_HTML = re.compile(
    r"</?(?:a|b|blockquote|br|caption|code|div|em|h[1-6]|hr|i|img|li|ol|p|pre|s|span|strong|sub|sup|table|tbody|td|tfoot"
    r"|th|thead|tr|u|ul)>"
)
_MARK_IN_MODEL = re.compile(r"<\|[^\s|<>]+\|>|<｜[^\s｜<>]+｜>|</?think>")

Backend = dict[str, Any]
"""A fast tokenizer as the JSON that `tokenizers` writes."""


def is_control(content: str, special: bool) -> bool:
    """Tell whether an added token steers the model, rather than being text that got an id of its own.

    Runs of blanks, HTML elements and added words are text. What the tokenizer calls special is control, and so is what
    stands in brackets, because ``<think>`` and ``<tool_call>`` are not special in the Qwen and DeepSeek vocabularies.
    """
    if not content.strip(" \t\r\n▁"):
        return False
    return special or (_BRACKETED.fullmatch(content) is not None and _HTML.fullmatch(content) is None)


def control_marks(backend: Backend) -> dict[str, int]:
    """Find the control tokens of a tokenizer: mark -> id.

    Some vocabularies (WordLevel, Unigram) list a mark among their words only; those in the shape of a known family's
    are found too.
    """
    marks = {
        str(token["content"]): int(token["id"])
        for token in backend["added_tokens"]
        if is_control(token["content"], token["special"])
    }
    for content, identifier in _vocabulary(backend):
        if content.startswith("<") and _MARK_IN_MODEL.fullmatch(content):
            marks.setdefault(content, identifier)
    return marks


def rename_marks(backend: Backend, names: Mapping[str, str]) -> None:
    """Give control tokens other names, in place; truncation, padding and the post-processor are dropped.

    Parameters
    ----------
    backend
        The tokenizer.
    names
        mark -> name, one for every mark that `control_marks` found.
    """
    model = backend["model"]
    listed = {token["content"] for token in backend["added_tokens"]}
    for mark, identifier in control_marks(backend).items():
        if mark not in listed:
            flags = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
            backend["added_tokens"].append({"id": identifier, "content": mark, **flags})
    backend["added_tokens"].sort(key=lambda token: token["id"])
    for token in backend["added_tokens"]:
        token["content"] = names.get(token["content"], token["content"])
    if isinstance(model["vocab"], dict):
        model["vocab"] = {names.get(word, word): identifier for word, identifier in model["vocab"].items()}
    else:
        model["vocab"] = [[names.get(piece, piece), score] for piece, score in model["vocab"]]
    if model.get("merges"):
        pairs = (merge if isinstance(merge, list) else merge.split(" ") for merge in model["merges"])
        model["merges"] = [pair for pair in pairs if names.keys().isdisjoint((*pair, "".join(pair)))]
    if model.get("unk_token") in names:
        model["unk_token"] = names[model["unk_token"]]
    backend.update(truncation=None, padding=None, post_processor=None)


def drop_prefix(backend: Backend) -> bool:
    """Stop a tokenizer from putting a blank before the text, in place; return whether it did.

    SentencePiece kinds write ``▁`` before the first word of a text. In the middle of a text that blank is wrong.
    """
    changed = False
    normalizer = backend.get("normalizer")
    if normalizer and normalizer["type"] == "Prepend":
        backend["normalizer"], changed = None, True
    elif normalizer and normalizer["type"] == "Sequence":
        kept = [step for step in normalizer["normalizers"] if step["type"] != "Prepend"]
        changed = len(kept) < len(normalizer["normalizers"])
        normalizer["normalizers"] = kept
    for step in flatten(backend.get("pre_tokenizer"), "pretokenizers"):
        if step["type"] == "Metaspace" and step.get("prepend_scheme") != "never":
            step["prepend_scheme"], changed = "never", True
            step.pop("add_prefix_space", None)
        if step["type"] == "ByteLevel" and step.get("add_prefix_space"):
            step["add_prefix_space"], changed = False, True
    return changed


def flatten(step: Backend | None, inner: str) -> list[Backend]:
    """List the steps of a part of a tokenizer, looking into its sequences, which keep their steps under `inner`."""
    if step is None:
        return []
    if step["type"] != "Sequence":
        return [step]
    return [leaf for part in step[inner] for leaf in flatten(part, inner)]


def _vocabulary(backend: Backend) -> Iterator[tuple[str, int]]:
    vocabulary = backend["model"]["vocab"]
    if isinstance(vocabulary, dict):
        yield from vocabulary.items()
    else:
        yield from ((piece, position) for position, (piece, _) in enumerate(vocabulary))
