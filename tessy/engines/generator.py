"""The seam between a session of token ids and its engine: a turn is asked for, tokens are answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from tessy.engines.base import StopRule


@dataclass(frozen=True, slots=True)
class Turn:
    """What a model is asked: to go on after a context.

    Attributes
    ----------
    token_ids
        The whole context. It is the session's own list: not to be changed, nor kept beyond the turn.
    unchanged
        How many ids at its start are as the last turn left them: that turn's context and what it returned.
    max_tokens
        The most new tokens.
    end_ids
        An id of these ends the turn; it may be left out or be the last one returned.
    seed
        Of all chance in this turn.
    stop
        Where an engine that can stops early.
    """

    token_ids: Sequence[int]
    unchanged: int
    max_tokens: int
    end_ids: frozenset[int]
    seed: int
    stop: StopRule | None = None


@dataclass(frozen=True, slots=True)
class Generated:
    """What a model says next.

    Attributes
    ----------
    token_ids
        The new ids.
    ended
        Whether the model ended by itself.
    prefilled, cached
        Tokens of the context that were read for this, and that were not because they had been read before; 0 where
        the engine does not know.
    reopened
        Whether the engine had to begin anew from the ids.
    judged
        Whether the engine itself has seen to it that all new ids are their writer's own kind (see `Draft.judged`).
    at_boundary
        Whether it foresees that a word of the other kind comes next.
    """

    token_ids: Sequence[int]
    ended: bool = False
    prefilled: int = 0
    cached: int = 0
    reopened: bool = False
    judged: bool = False
    at_boundary: bool = False


class Generator(Protocol):
    """What an engine does for one session."""

    async def generate(self, turn: Turn) -> Generated:
        """Go on after the turn's context.

        Raises
        ------
        EngineError
            When the model cannot be reached, or its answer cannot be used.
        """
        ...

    def close(self) -> None:
        """Free what the session holds in the engine."""
        ...
