"""What follows one text while it is written."""

from abc import ABC, abstractmethod
from typing import ClassVar

from detectors.tokens.following import Followed


class Watch(ABC):
    """Follows one text token by token, up to the boundary before the first word of the other kind.

    Attributes
    ----------
    pushed
        Tokens pushed so far.
    boundary
        Of all tokens pushed, those before the boundary: what to keep. None while undecided.
    ended
        Whether the text that ends it all was completed; then `boundary` tells the tokens before that.
    settled
        Of all tokens pushed, those that no later token can make part of the other kind: they end with a whole
        character and a word that is closed.
    """

    follows_states: ClassVar[bool] = True
    """Whether it goes on with what is pushed into its state (`TokenScorer.state`)."""

    __slots__ = ("boundary", "ended", "pushed", "settled")

    def __init__(self) -> None:
        self.pushed = 0
        self.settled = 0
        self.boundary: int | None = None
        self.ended = False

    @abstractmethod
    def push(self, token: int) -> bool:
        """Add a token; return whether it decides: the first tokens of the other kind are there, or the text's end.

        What is pushed after that changes nothing.
        """

    def finish(self) -> None:
        """Judge what is still open as it stands: nothing follows."""
        if self.boundary is not None:
            return
        followed = self.follow_to_end()
        if followed.boundary is not None:
            self.boundary = self.place(followed.boundary)
        elif not followed.tail.pending:
            self.settled = self.pushed

    @abstractmethod
    def follow_to_end(self) -> Followed:
        """Return what comes of it when nothing follows; changes nothing."""

    @property
    @abstractmethod
    def score(self) -> float | None:
        """What the detector says of the last word as it stands; None while there is none.

        Only where no boundary is looked for.
        """

    def place(self, back: int) -> int:
        """Return how many tokens stand before the one so many tokens ago, or before the first that is not settled.

        Parameters
        ----------
        back
            As `detectors.tokens.following.Followed` has it.
        """
        return self.settled if back < 0 else self.pushed - back
