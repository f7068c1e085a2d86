"""Labelled texts -> what a token classifier is trained on: sequences of tokens with a label at each position."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, NotRequired, TypedDict

import numpy as np

from analysis.evaluation.matching import flags
from detectors.alignment import Alignment
from detectors.encoding import encode
from detectors.errors import DataError

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

    from analysis.labels import LabelledText

UNLABELLED: Final = -100
"""The label of a position that is not judged: of padding, of tokens of blanks, of what is only read ahead."""
_MULTIPLE: Final = 16
"""Batches are as wide as a multiple of this: memory is reused where the same shapes come again."""


class Example(TypedDict):
    """One sequence as the model reads it; the names are those of transformers.

    Attributes
    ----------
    input_ids
        The tokens.
    labels
        For each position 1 for style, 0 for capability, or `UNLABELLED`.
    states
        What the frozen layers make of the tokens, where that has been worked out: shape (tokens, width).
    """

    input_ids: list[int]
    labels: list[int]
    states: NotRequired[Any]


def examples(
    labels: "Sequence[LabelledText]", tokenizer: "PreTrainedTokenizerFast", alignment: Alignment
) -> list[Example]:
    """Turn labelled texts into the readings that `alignment` makes of them, the label of each token where it is read.

    A token of several words has the label of the first of them.
    """
    found = []
    for label in labels:
        encoding = encode(tokenizer, label.text)
        style = flags(len(label.text), [(part.start, part.end) for part in encoding.parts], label.spans)
        of_tokens = [UNLABELLED] * len(encoding.token_ids)
        for (first, end), is_style in zip(reversed(encoding.tokens_of), reversed(style.tolist()), strict=True):
            of_tokens[first:end] = [int(is_style)] * (end - first)
        for reading in alignment.readings(encoding.token_ids):
            at_positions = [UNLABELLED] * len(reading.token_ids)
            for token, position in enumerate(reading.positions, start=reading.first):
                at_positions[position] = of_tokens[token]
            found.append(Example(input_ids=reading.token_ids, labels=at_positions))
    return found


def class_weights(found: Sequence[Example], balance: float) -> tuple[float, float]:
    """Weigh capability and style by ``(tokens / (2 * tokens of the class)) ** balance``: 0 not at all, 1 fully.

    Raises
    ------
    DataError
        When one of the classes has no token.
    """
    capability, style = (sum(example["labels"].count(label) for example in found) for label in (0, 1))
    if not (capability and style):
        raise DataError("the labels need both style words and others", advice="are the spans right?")
    total = capability + style
    return (total / (2 * capability)) ** balance, (total / (2 * style)) ** balance


def collate(batch: Sequence[Example]) -> dict[str, Any]:
    """Pad examples to the same length, a multiple of 16, to the right.

    Returns
    -------
    dict
        ``attention_mask`` and ``labels``, int64 of shape (examples, positions), with ``input_ids`` of the same shape;
        where the examples have states, ``inputs_embeds`` instead: float32 of shape (examples, positions, width).
    """
    import torch

    longest = max(len(example["input_ids"]) for example in batch)
    width = -(-longest // _MULTIPLE) * _MULTIPLE

    def pad(rows: list[Any], value: float = 0) -> Any:
        shape = (len(rows), width, *rows[0].shape[1:])
        padded = torch.full(shape, value, dtype=rows[0].dtype)
        for index, row in enumerate(rows):
            padded[index, : len(row)] = row
        return padded

    padded = {
        "attention_mask": pad([torch.ones(len(example["input_ids"]), dtype=torch.long) for example in batch]),
        "labels": pad([torch.tensor(example["labels"]) for example in batch], UNLABELLED),
    }
    if all("states" in example for example in batch):
        return padded | {"inputs_embeds": pad([example["states"].float() for example in batch])}
    return padded | {"input_ids": pad([torch.tensor(example["input_ids"]) for example in batch])}


def f1(logits: Any, labels: Any, threshold: float) -> Mapping[str, float]:
    """Return the F1 of style over the labelled positions, by name, as the Trainer wants it.

    Parameters
    ----------
    logits
        Shape (examples, positions, 2).
    labels
        Shape (examples, positions).
    threshold
        The least probability of a style token.
    """
    judged = labels != UNLABELLED
    log_odds = (logits[..., 1] - logits[..., 0])[judged]
    found, true = log_odds >= np.log(threshold / (1 - threshold)), labels[judged] == 1
    total = int(found.sum()) + int(true.sum())
    return {"f1": 2 * int((found & true).sum()) / total if total else 1.0}
