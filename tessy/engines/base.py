"""The seam between a trace and a model: engines open sessions, sessions draft."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from detectors.base import Detector
from tessy.counters import Counters
from tessy.prompts import Prompt
from tessy.watch import BoundaryFinder, Watch


class DraftStop(StrEnum):
    """Why a draft ends where it does."""

    LENGTH = "length"
    """As many tokens as were asked for."""
    END = "end"
    """The model ended its thinking, or its answer; the ending token itself is not part of the draft."""
    BOUNDARY = "boundary"
    """The engine foresees that a word of the other kind comes next."""


@dataclass(frozen=True, slots=True)
class Draft:
    """Tokens a model proposes after its context; none of them is kept yet.

    Attributes
    ----------
    token_ids
        In the model's own vocabulary.
    text
        What they say, up to the last whole character.
    ends
        For each token, the characters of `text` that are complete after it; never falling.
    stop
        Why the draft ends.
    undecided
        Characters at the end of `text` that may be the start of the mark that ends the thinking.
    judged
        Whether the engine has judged it, by its model's own states: all of it is its writer's own kind.
    """

    token_ids: Sequence[int]
    text: str
    ends: Sequence[int]
    stop: DraftStop
    undecided: int = 0
    judged: bool = False

    def tokens_within(self, characters: int) -> int:
        """Count the tokens that end at or before a character; a token that crosses it does not count.

        Tokens that only begin a character do not count either.
        """
        index = bisect_left(self.ends, characters)
        if index == len(self.ends) or self.ends[index] != characters:
            if index == 0:
                return 0
            characters = self.ends[index - 1]
            index = bisect_left(self.ends, characters)
        return index + 1 if characters > 0 else 0

    def tokens_covering(self, characters: int) -> int:
        """Count the tokens it takes to say so many characters, the one that crosses the last of them included."""
        return min(bisect_left(self.ends, characters) + 1, len(self.ends))


@dataclass(frozen=True, slots=True)
class StopRule:
    """What a draft may end at, for engines that can stop inside; the caller checks it, so others ignore it.

    Attributes
    ----------
    detector
        The `BoundaryFinder.fingerprint` of the detector.
    before, writes_style, first_word_is_own
        What `BoundaryFinder.watch` gets.
    open_ids
        Tokens of this turn that stand open already; they are judged before the new ones.
    """

    detector: str
    before: str
    writes_style: bool
    first_word_is_own: bool = False
    open_ids: tuple[int, ...] = ()

    def watch(self, finder: BoundaryFinder) -> Watch:
        """Begin to watch a draft, with the tokens that stand open already."""
        watch = finder.watch(self.before, writes_style=self.writes_style, first_word_is_own=self.first_word_is_own)
        for token in self.open_ids:
            if watch.push(token):
                break
        return watch


class Session(Protocol):
    """One model's view of one growing trace: a context of token ids that only ever grows.

    A context is the prompt, what other models wrote (`append`), and what this model drafted and the caller kept.
    """

    @property
    def room(self) -> int:
        """Tokens the context still has room for."""
        ...

    @property
    def counters(self) -> Counters:
        """What the model did so far; the caller adds what it kept, and the hand-overs."""
        ...

    def append(self, text: str) -> None:
        """Add what another model wrote. No draft may be open."""
        ...

    async def draft(self, max_tokens: int, stop: StopRule | None = None) -> Draft:
        """Propose up to `max_tokens` tokens more, and return the whole open draft.

        An engine that can stops early where `stop` finds the boundary.

        Raises
        ------
        EngineError
            When the model cannot be reached, or its answer cannot be used.
        """
        ...

    def keep(self, tokens: int) -> Sequence[int]:
        """Move the first tokens of the open draft into the context and return them; the rest stays open."""
        ...

    def roll_back(self) -> None:
        """Throw away what is open of the draft."""
        ...

    def replay(self, token_ids: Sequence[int], text: str) -> None:
        """Add tokens this model drafted, and the caller kept, in an earlier run."""
        ...

    def begin_answer(self) -> None:
        """Close the thinking: from here on drafts are the final answer."""
        ...

    def close(self) -> None:
        """Free what the session holds. Closing twice does no harm."""
        ...


class Engine(Protocol):
    """A model that opens sessions."""

    @property
    def finder(self) -> BoundaryFinder | None:
        """After `start`: the detector compiled for this model's vocabulary; None where drafts are judged as text."""
        ...

    @property
    def foresees(self) -> str | None:
        """After `start`: the fingerprint of the probe it reads its model's states with; None where it reads none.

        Asked with a rule that names it, it says of a draft that it is judged.
        """
        ...

    @property
    def stops_inside(self) -> bool:
        """After `start`: whether drafts end at the boundary by themselves; if not, the caller rolls back."""
        ...

    def judged_by(self, detector: Detector | None) -> None:
        """Say, before `start`, which detector's boundaries the drafts will be cut at."""
        ...

    async def start(self) -> None:
        """Load the model or ask the server; called once, before the first session.

        Raises
        ------
        EngineError
            When the model is not there, with what to do.
        """
        ...

    def describe(self) -> Mapping[str, Any]:
        """Say which model this is, for rows and for the check on resuming: name and tokenizer's hash."""
        ...

    def open(self, prompt: Prompt, *, seed: int) -> Session:
        """Open a session on a prompt, its thinking begun.

        Parameters
        ----------
        prompt
            The question.
        seed
            Two sessions with the same prompt, seed and history draft the same tokens, as far as the model's
            arithmetic allows.

        Raises
        ------
        ContextLengthError
            When the prompt leaves no room to write.
        """
        ...

    async def close(self) -> None:
        """Free the model or the connections."""
        ...
