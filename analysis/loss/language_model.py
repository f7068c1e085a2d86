"""What every language model that scores texts can do, wherever it runs: token ids in, losses and ranks out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from detectors.encoding import windows
from detectors.errors import UsageError

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

LEAST_ROOM: Final = 32
"""Tokens of a long text that must fit beside the condition: with fewer there is hardly a context to speak of."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One sequence a model reads.

    Attributes
    ----------
    token_ids
        What it reads.
    first
        The first token that is scored, at least 1; so are all after it.
    """

    token_ids: Sequence[int]
    first: int


@dataclass(frozen=True, slots=True, eq=False)
class TokenScores:
    """What a model says of the tokens it was asked to score.

    Attributes
    ----------
    nats
        float64 of shape (tokens,): the negative log-likelihood of each, given all that stands before it.
    ranks
        int64 of shape (tokens,): its place among all tokens of the vocabulary, 1 for the likeliest.
    """

    nats: NDArray[np.float64]
    ranks: NDArray[np.int64]


Receive = Callable[[int, TokenScores], None]
"""Told the index of a reading and its scores, in any order, as soon as they are there."""


class LanguageModel(Protocol):
    """A causal language model in this process or on a server."""

    @property
    def tokenizer(self) -> "PreTrainedTokenizerFast":
        """Its tokenizer, which runs here."""
        ...

    @property
    def context(self) -> int:
        """The longest reading, in tokens."""
        ...

    def describe(self) -> Mapping[str, Any]:
        """Say which model it is, so that sums of another one are not mixed with its own."""
        ...

    def read(self, readings: Sequence[Reading], receive: Receive) -> None:
        """Score readings of at most `context` tokens.

        Raises
        ------
        TessyError
            When the model cannot be loaded or reached, or does not score them.
        """
        ...


def readings_of(condition: Sequence[int], token_ids: Sequence[int], context: int) -> list[Reading]:
    """Cover a text with what a model reads; every token is scored in exactly one reading.

    A text that fits into the context behind its condition is read at once. A longer one is read in windows as long as
    the context allows, each behind the whole condition, which overlap by half: beside the condition, a token is scored
    with at least half a window of the text before it, or all there is.

    Parameters
    ----------
    condition
        What stands before the text, and is not scored; at least one token.
    token_ids
        The text.
    context
        Tokens a reading may have.

    Raises
    ------
    UsageError
        When hardly any of a longer text fits behind the condition.
    """
    room = context - len(condition)
    if not token_ids:
        return []
    if len(token_ids) <= room:
        return [Reading([*condition, *token_ids], len(condition))]
    if room < LEAST_ROOM:
        raise UsageError(
            f"the context of {context} tokens is too small: the prompt takes {len(condition)}, "
            f"and the text has {len(token_ids)}",
            advice="raise --context, or leave the prompt out with --condition nothing",
        )
    return [
        Reading([*condition, *token_ids[window.start : window.end]], len(condition) + window.first - window.start)
        for window in windows(len(token_ids), room // 2)
    ]
