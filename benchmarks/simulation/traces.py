"""One trace as the simulation sees it: whose span it is in, and how much of that is left."""

from dataclasses import dataclass

from benchmarks.simulation.policies import Cut, Policy
from benchmarks.simulation.spans import SpanLengths
from tessy.trace import Role


@dataclass(frozen=True, slots=True)
class Turn:
    """What one draft comes to.

    Attributes
    ----------
    tokens
        Tokens made.
    kept
        Tokens that stay.
    hand_over
        Whether the other writes on.
    beyond
        Tokens that stay although they are of the other's kind: its span is so much shorter.
    """

    tokens: int
    kept: int
    hand_over: bool
    beyond: int = 0


class SimulatedTrace:
    """Grows turn by turn.

    Parameters
    ----------
    number
        Its place among those that are written at the same time.
    prompt, tokens
        Tokens before the thinking, and of the thinking.
    spans
        Where its spans come from.
    word
        Mean tokens of a word.
    """

    def __init__(self, number: int, prompt: int, tokens: int, spans: SpanLengths, word: float) -> None:
        self.number = number
        self.prompt = prompt
        self.tokens = tokens
        self.kept = 0
        self.role = Role.STUDENT
        self.left = spans.draw(Role.STUDENT)
        self._spans = spans
        self._word = word
        self._owed = 0.0

    @property
    def context(self) -> int:
        """Tokens in front of the next draft."""
        return self.prompt + self.kept

    @property
    def finished(self) -> bool:
        """Whether all its thinking is written."""
        return self.kept >= self.tokens

    def turn(self, policy: Policy) -> Turn:
        """Say what the next draft comes to."""
        room = self.tokens - self.kept
        longest = min(policy.draft[self.role], room)
        if policy.cut is Cut.TOKEN:
            if self.left < longest:
                return Turn(self.left + 1 if policy.stops else longest, self.left, hand_over=True)
            return Turn(longest, longest, hand_over=False)
        word = self._next_word()
        # A word is judged when the next one has begun.
        if self.left + word < longest:
            beyond = word if policy.cut is Cut.AFTER_WORD else 0
            return Turn(longest, self.left + beyond, hand_over=True, beyond=beyond)
        if policy.cut is Cut.AFTER_WORD or longest == room:
            return Turn(longest, longest, hand_over=False)
        return Turn(longest, min(self.left, max(longest - word, 1)), hand_over=False)

    def take(self, turn: Turn) -> None:
        """Keep what a draft came to."""
        self.kept += turn.kept
        self.left = max(self.left - turn.kept, 0)
        if turn.hand_over:
            self.role = self.role.other
            self.left = max(self._spans.draw(self.role) - turn.beyond, 0)

    def _next_word(self) -> int:
        """Return the tokens of the next word: whole, and on average what words have."""
        self._owed += self._word
        tokens = int(self._owed)
        self._owed -= tokens
        return tokens
