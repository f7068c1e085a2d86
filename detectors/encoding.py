"""Text -> the tokens of a language model, the words they belong to, and windows over long texts.

Detectors speak of words, models of tokens: here the two meet. A token belongs to every word it shares a character with,
so a token of several signs (``),``) belongs to all of them, and one of blanks alone to none.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from detectors.errors import UsageError
from detectors.spans import Word, words

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast


@dataclass(frozen=True, slots=True)
class Encoding:
    """A text as tokens.

    Attributes
    ----------
    token_ids
        The tokens of the whole text, without special tokens.
    parts
        The words of the text.
    tokens_of
        For each word the range [first, last + 1) of its tokens; never empty.
    """

    token_ids: list[int]
    parts: list[Word]
    tokens_of: list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Window:
    """Tokens [start, end) a model reads at once, and those of them, [first, end), that it judges there."""

    start: int
    first: int
    end: int


def load_tokenizer(folder: str) -> "PreTrainedTokenizerFast":
    """Load the fast tokenizer of a model folder or hub name, without remote code.

    Raises
    ------
    UsageError
        When there is none, or only one that cannot tell where in the text a token stands.
    """
    from transformers import AutoTokenizer

    try:
        tokenizer: Any = AutoTokenizer.from_pretrained(folder)
    except (OSError, ValueError) as error:
        reason = str(error).strip().splitlines()
        raise UsageError(
            f"no tokenizer can be loaded from {folder}: {reason[0] if reason else type(error).__name__}",
            advice="give a Hugging Face model folder, or a name that this machine can download",
        ) from error
    if not getattr(tokenizer, "is_fast", False):
        raise UsageError(f"the tokenizer of {folder} is not a fast one", advice="detectors need character offsets")
    fast: PreTrainedTokenizerFast = tokenizer
    return fast


def encode(tokenizer: "PreTrainedTokenizerFast", text: str) -> Encoding:
    """Cut a text into tokens and find the tokens of each of its words.

    A mark in the text that spells a special token, such as ``<|im_end|>``, is read as plain text.
    """
    parts = words(text)
    found = tokenizer(
        text, add_special_tokens=False, return_offsets_mapping=True, split_special_tokens=True, verbose=False
    )
    offsets: list[tuple[int, int]] = found["offset_mapping"]
    return Encoding(list(found["input_ids"]), parts, _tokens_of(parts, offsets))


def _tokens_of(parts: Sequence[Word], offsets: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Find the tokens of each word. Bounds never fall from one token to the next, so one pass does."""
    starts = [start for start, _ in offsets]
    ends: list[int] = []
    furthest = 0
    for _, end in offsets:
        furthest = max(furthest, end)
        ends.append(furthest)
    found = []
    last = max(len(offsets) - 1, 0)
    for part in parts:
        # The first token that ends after the word began, up to the last that begins before the word ends.
        first = min(bisect_right(ends, part.start), last)
        found.append((first, max(bisect_right(starts, part.end - 1), first + 1)))
    return found


def windows(count: int, stride: int) -> list[Window]:
    """Cover `count` tokens with windows of at most two strides, so that no token is judged without context.

    A token is judged where at least one stride of tokens to its left is read with it, or all there are. Windows stand
    at multiples of the stride, wherever the text ends: a decision does not change when the text goes on.
    """
    if count <= 2 * stride:
        return [Window(0, 0, count)] if count else []
    further = range(2 * stride, count, stride)
    return [
        Window(0, 0, 2 * stride),
        *(Window(first - stride, first, min(first + stride, count)) for first in further),
    ]


def settled_characters(text: str, encoding: Encoding, lookahead: int) -> int:
    """Count the characters at the start of a text whose tokens, and the `lookahead` tokens after them, are settled.

    When a text goes on, its last piece between blanks may be cut anew, and the blanks before it: the tokens before
    that piece are settled.

    Parameters
    ----------
    text, encoding
        A text that ends with a whole word, and its tokens.
    lookahead
        Tokens to the right that a decision reads.
    """
    piece = len(text.rstrip())
    while piece and not text[piece - 1].isspace():
        piece -= 1
    settled_tokens = 0
    for part, (first, _) in zip(encoding.parts, encoding.tokens_of, strict=True):
        if part.start >= piece:
            settled_tokens = first
            break
    position = 0
    for part, (_, end) in zip(encoding.parts, encoding.tokens_of, strict=True):
        if end + lookahead > settled_tokens:
            break
        position = part.end
    return position
