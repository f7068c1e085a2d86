"""Lessons as padded batches of token ids and labels."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray
from transformers import PreTrainedTokenizerFast

from tessy.miniature.lessons import Lesson

IGNORE = -100
"""The label of a token that is read but not learned."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Padded on the right; all arrays are int64 of shape (lessons, tokens).

    Attributes
    ----------
    ids, mask
        Token ids, and 1 where a token is real.
    labels
        The ids again, `IGNORE` where nothing is to be learned.
    """

    ids: NDArray[np.int64]
    mask: NDArray[np.int64]
    labels: NDArray[np.int64]


def rendered(lesson: Lesson, tokenizer: PreTrainedTokenizerFast) -> tuple[str, int]:
    """Return the whole text of a lesson, end mark included, and the character at which its loss begins."""
    head = f"{lesson.prompt}\n"
    if lesson.chat:
        message = [{"role": "user", "content": lesson.prompt}]
        head = str(tokenizer.apply_chat_template(message, tokenize=False, add_generation_prompt=True))
    return f"{head}{lesson.text}{tokenizer.eos_token}", len(head) + lesson.learn_from


def batches(lessons: Iterator[Lesson], tokenizer: PreTrainedTokenizerFast, size: int) -> Iterator[Batch]:
    """Encode lessons, `size` at a time; the loss covers every token that begins at or after its lesson's start."""
    while True:
        texts, starts = zip(*(rendered(lesson, tokenizer) for lesson in islice(lessons, size)), strict=True)
        encodings = tokenizer.backend_tokenizer.encode_batch(list(texts), add_special_tokens=False)
        shape = (size, max(len(encoding) for encoding in encodings))
        ids = np.full(shape, tokenizer.pad_token_id, np.int64)
        mask = np.zeros(shape, np.int64)
        labels = np.full(shape, IGNORE, np.int64)
        for row, (encoding, start) in enumerate(zip(encodings, starts, strict=True)):
            length = len(encoding)
            ids[row, :length] = encoding.ids
            mask[row, :length] = 1
            learned = np.array([begin >= start for begin, _ in encoding.offsets])
            labels[row, :length] = np.where(learned, ids[row, :length], IGNORE)
        yield Batch(ids, mask, labels)
