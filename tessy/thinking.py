"""How a model family opens and closes its thinking."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from tessy.vocabulary import Vocabulary

OPEN_TAG = "<think>"
CLOSE_TAG = "</think>"

_HARMONY_MARKS = ("<|start|>", "<|channel|>", "<|message|>", "<|end|>")
# Marks and texts in the order in which they are written, by family.
_OPENING = {
    "think-tags": (OPEN_TAG, "\n"),
    "harmony": ("<|channel|>", "analysis", "<|message|>"),
    "text": (OPEN_TAG, "\n"),
}
_CLOSING = {
    "think-tags": ("\n", CLOSE_TAG, "\n\n"),
    "harmony": ("<|end|>", "<|start|>", "assistant", "<|channel|>", "final", "<|message|>"),
    "text": ("\n", CLOSE_TAG, "\n\n"),
}
# What ends or begins a turn, whatever the family: a model that writes one of these has finished what it was writing.
_TURN_MARKS = (
    "<|im_end|>", "<|im_start|>", "<|endoftext|>",
    "<|start|>", "<|end|>", "<|return|>", "<|call|>", "<|channel|>",
    "<｜end▁of▁sentence｜>", "<｜begin▁of▁sentence｜>", "<｜User｜>", "<｜Assistant｜>",
    "<|eot_id|>", "<|eom_id|>", "<|end_of_text|>", "<|start_header_id|>", "<|end_header_id|>",
    "<|user|>", "<|assistant|>", "<|system|>",
    "<end_of_turn>", "<start_of_turn>", "<eos>", "<s>", "</s>",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ThinkingMarks:
    """How one model family opens and closes its thinking, in ids of one vocabulary.

    Attributes
    ----------
    family
        ``think-tags`` (Qwen3, DeepSeek-R1), ``harmony`` (gpt-oss), or ``text`` (no control tokens for it).
    opening
        Ids after the generation prompt that open the thinking.
    closing
        Ids that close the thinking and open the final answer.
    end_ids
        Any of these in a draft ends the thinking.
    end_text
        The text that ends the thinking. Models that have ids for it write it, too, at times; then the thinking is over,
        so that a row never holds two.
    answer_end_ids
        Any of these ends the final answer.
    """

    family: str
    opening: tuple[int, ...]
    closing: tuple[int, ...]
    end_ids: frozenset[int]
    end_text: str
    answer_end_ids: frozenset[int]


def thinking_marks(vocabulary: Vocabulary) -> ThinkingMarks:
    """Recognise a model's thinking marks from the control tokens of its vocabulary."""
    if all(vocabulary.control(mark) is not None for mark in _HARMONY_MARKS):
        family = "harmony"
    elif vocabulary.control(OPEN_TAG) is not None and vocabulary.control(CLOSE_TAG) is not None:
        family = "think-tags"
    else:
        family = "text"
    turns = {identifier for mark in _TURN_MARKS if (identifier := vocabulary.control(mark)) is not None}
    answer_end_ids = vocabulary.eos_ids | turns
    close = vocabulary.control(CLOSE_TAG) if family == "think-tags" else None
    return ThinkingMarks(
        family=family,
        opening=_ids(vocabulary, _OPENING[family]),
        closing=_ids(vocabulary, _CLOSING[family]),
        end_ids=answer_end_ids if close is None else answer_end_ids | {close},
        end_text=CLOSE_TAG,
        answer_end_ids=answer_end_ids,
    )


def missing_opening(family: str, rendered: str) -> str:
    """Return what a rendered prompt lacks to have its thinking open: nothing, a part of the opening, or all of it.

    Parameters
    ----------
    family
        The family of the model's `ThinkingMarks`.
    rendered
        A rendered prompt in which marks that users wrote cannot be mistaken for the template's.
    """
    parts = _OPENING[family]
    for count in range(len(parts), 0, -1):
        if rendered.endswith("".join(parts[:count])):
            return "".join(parts[count:])
    return "".join(parts)


def answer_only(text: str) -> str:
    """Leave the thinking out of an earlier assistant turn: all up to its last ``</think>``."""
    _, tag, answer = text.rpartition(CLOSE_TAG)
    return answer.lstrip("\n") if tag else text


def _ids(vocabulary: Vocabulary, parts: Iterable[str]) -> tuple[int, ...]:
    """Encode marks and texts; texts that stand side by side are encoded together, as a tokenizer would."""
    ids: list[int] = []
    for control, group in groupby(parts, key=lambda part: vocabulary.control(part) is not None):
        texts = list(group)
        ids += [vocabulary.marks[mark] for mark in texts] if control else vocabulary.encode("".join(texts))
    return tuple(ids)
