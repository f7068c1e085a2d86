"""A detector compiled for a vocabulary."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

from detectors.tokens.watch import Watch


class TokenScorer(ABC):
    """Judges texts token by token; shared by all texts of one thread, for it keeps what it learns of tokens."""

    @abstractmethod
    def watch(self, before: str, *, style: bool | None, first_word_is_own: bool = False) -> Watch:
        """Begin to follow a text.

        Parameters
        ----------
        before
            What stands before it: as many words as the detector's decisions read.
        style
            Whether style is what its writer owns; None for one who owns both kinds: there is no boundary.
        first_word_is_own
            Whether the first word is its writer's own whatever it scores.
        """

    def push_many(self, watches: Sequence[Watch], tokens: Sequence[int]) -> list[bool]:
        """Push one token into each of several watches of this scorer; return what each `push` would."""
        return [watch.push(token) for watch, token in zip(watches, tokens, strict=True)]

    def state(self, watch: Watch) -> Any:
        """Return what `push_states` goes on from: where a watch stands now."""
        return watch

    def push_states(self, states: list[Any], tokens: Sequence[int]) -> tuple[list[Any], list[int]]:
        """Push one token into each of several texts, none of which is decided.

        Parameters
        ----------
        states
            What `state` or this has returned. The watches follow where they say so (`Watch.follows_states`), and must
            live as long.
        tokens
            As many.

        Returns
        -------
        tuple
            The next states, and the indices of the texts that the tokens decide.
        """
        decisions = self.push_many(states, tokens)
        return states, [index for index, decided in enumerate(decisions) if decided]

    def scores(self, tokens: Sequence[int], before: str = "") -> list[float | None]:
        """Return after each token what the detector says of the last word as it stands; None while there is none."""
        watch = self.watch(before, style=None)
        found: list[float | None] = []
        for token in tokens:
            watch.push(token)
            found.append(watch.score)
        return found
