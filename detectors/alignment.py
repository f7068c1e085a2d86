"""What a token classifier reads of a text, and where in it the decision on each token stands.

The labels of a token classifier are shifted: the decision on token i is read at position ``i - shift``. With the 1 of
the paper's boundary predictors (arXiv 2604.14164, Sec. 2.2) position i speaks of the token that comes next. With ``-k``
a causal model has read k more tokens when it decides: a look-ahead without a bidirectional model.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from detectors.encoding import Encoding, windows

RELEASED_SHIFT: Final = 1
"""The shift of the paper's released checkpoints, which do not name it."""
STRIDE: Final = 256
"""Tokens: how far apart windows over a long text begin; each holds two strides."""
_PREFIX = "tessy_"


@dataclass(frozen=True, slots=True)
class Reading:
    """One sequence a model reads.

    Attributes
    ----------
    token_ids
        What the model reads.
    first
        The first token of the text that is judged here; the others follow it one by one.
    positions
        For each judged token the position that holds the decision on it.
    """

    token_ids: list[int]
    first: int
    positions: list[int]


@dataclass(frozen=True, slots=True)
class Alignment:
    """How the tokens of a text are read and judged.

    Attributes
    ----------
    shift
        The decision on token i is read at position i - shift: positive before the token, negative after it.
    stride
        Tokens between the starts of windows; a window holds two strides.
    before
        Token ids read before every window, such as the tokenizer's begin-of-text token.
    after
        Token id read where the text has ended and a negative shift still asks for tokens.

    Raises
    ------
    ValueError
        When the stride is not larger than the shift, or an id is negative.
    """

    shift: int = RELEASED_SHIFT
    stride: int = STRIDE
    before: tuple[int, ...] = ()
    after: int = 0

    def __post_init__(self) -> None:
        if self.stride <= abs(self.shift):
            raise ValueError(f"a stride of {self.stride} tokens is too short for a shift of {self.shift}")
        if min(self.after, *self.before, 0) < 0:
            raise ValueError("token ids must not be negative")

    @property
    def lookahead(self) -> int:
        """Tokens to the right that a decision reads."""
        return max(0, -self.shift)

    def readings(self, token_ids: Sequence[int]) -> list[Reading]:
        """Cut a text of any length into what the model reads; every token is judged in exactly one reading.

        A token is judged by what stands before it and its look-ahead alone, wherever the text ends. The first tokens
        of a text, whose decisions a positive shift would read before its beginning, take those of the first position.
        """
        found = []
        for window in windows(len(token_ids), self.stride):
            read = list(token_ids[window.start : window.end + self.lookahead])
            missing = window.end + self.lookahead - window.start - len(read)
            offset = len(self.before) - window.start - self.shift
            positions = [max(0, token + offset) for token in range(window.first, window.end)]
            found.append(Reading([*self.before, *read, *[self.after] * missing], window.first, positions))
        return found

    def as_fields(self) -> dict[str, Any]:
        """Return the alignment as fields of a checkpoint's ``config.json``."""
        return {
            f"{_PREFIX}shift": self.shift,
            f"{_PREFIX}stride": self.stride,
            f"{_PREFIX}before": list(self.before),
            f"{_PREFIX}after": self.after,
        }

    @classmethod
    def from_fields(cls, fields: Mapping[str, Any]) -> Self:
        """Read what `as_fields` wrote; fields that are missing are as in the paper's released checkpoints."""
        return cls(
            shift=int(fields.get(f"{_PREFIX}shift", RELEASED_SHIFT)),
            stride=int(fields.get(f"{_PREFIX}stride", STRIDE)),
            before=tuple(map(int, fields.get(f"{_PREFIX}before", ()))),
            after=int(fields.get(f"{_PREFIX}after", 0)),
        )


def word_probabilities(encoding: Encoding, of_tokens: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return for each word the mean probability of its tokens.

    Parameters
    ----------
    encoding
        The text.
    of_tokens
        Shape (tokens,): a probability for each token of the text.
    """
    if not encoding.parts:
        return np.zeros(0)
    bounds = np.asarray(encoding.tokens_of)
    total = np.concatenate([np.zeros(1), np.cumsum(of_tokens, dtype=np.float64)])
    mean = (total[bounds[:, 1]] - total[bounds[:, 0]]) / (bounds[:, 1] - bounds[:, 0])
    return np.asarray(np.clip(mean, 0.0, 1.0))
