"""Follows a text for a logistic detector, whose scores are computed for many texts at once."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from detectors.spans import Word, words
from detectors.tokens.following import Followed, Rule, Steps
from detectors.tokens.histories import gap_flags
from detectors.tokens.tail import Tail, open_from, shorten
from detectors.tokens.token_words import is_plain
from detectors.tokens.watch import Watch

if TYPE_CHECKING:
    from detectors.tokens.logistic_scorer import LogisticScorer


class LogisticWatch(Watch):
    """Follows a text whose words stand in one row of a batch's histories.

    Most of the time the state is that of a plain text: the last word, and whether it may go on. Where that does not say
    it all (marks, unfinished characters, what may be ``</think>``, a first word that is its writer's own), there is a
    `tail` instead, and each token is followed as `Rule` says.

    Attributes
    ----------
    rule
        What the text is followed for.
    row, position
        The row, and the position of the last word in it.
    text, gap_before, flags
        The last word, what stands before it, shortened, and the flags of that.
    gap
        What stands after it, shortened.
    is_open, is_held
        Whether letters may go on with the last word, and whether it is of the other kind, but may grow out of it.
    has_blanks
        Whether blanks in tokens of their own stand at the end, which belong to the next word.
    tail
        What follows the text instead of all this.
    """

    __slots__ = (
        "_last",
        "_scorer",
        "flags",
        "gap",
        "gap_before",
        "has_blanks",
        "is_held",
        "is_open",
        "position",
        "row",
        "rule",
        "tail",
        "text",
    )

    def __init__(self, scorer: "LogisticScorer", rule: Rule, row: int, position: int) -> None:
        super().__init__()
        self._scorer, self.rule, self.row, self.position = scorer, rule, row, position
        self.text = self.gap = self.gap_before = ""
        self.flags = 0
        self.is_open = self.is_held = self.has_blanks = False
        self.tail: Tail | None = None
        self._last: float | None = None

    def __del__(self) -> None:
        self._scorer.batch.histories.close(self.row)

    def push(self, token: int) -> bool:
        """See `Watch.push`; many at once take much less time (`TokenScorer.push_many`)."""
        return self._scorer.push_many([self], [token])[0]

    def follow_to_end(self) -> Followed:
        """See `Watch.follow_to_end`."""
        tail, context = self.as_tail()
        return self.rule.follow(context, tail, finished=True)

    @property
    def score(self) -> float | None:
        """See `Watch.score`."""
        return self._last

    @score.setter
    def score(self, score: float) -> None:
        self._last = score

    def begin(self, parts: Sequence[Word], before: str, *, first_word_is_own: bool) -> None:
        """Take the state after a text none of whose words are judged; its words are in the row."""
        first = min(open_from(parts, before), len(parts) - 1) if parts and parts[-1].end == len(before) else len(parts)
        gap = before[parts[first - 1].end if first else 0 : parts[first].start if first < len(parts) else len(before)]
        text = shorten(gap) + (before[parts[first].start :] if first < len(parts) else "")
        tail = Tail(text, (), len(text), -1 if first_word_is_own else 0)
        self._take(tail, self.position - (len(parts) - first))

    def steps(self, text: str, pending: bytes) -> Steps:
        """Begin to add a token as `Rule` says."""
        tail, context = self.as_tail()
        self.pushed += 1
        return self.rule.steps(context, tail.followed_by(text, pending))

    def take(self, followed: Followed) -> bool:
        """Take what came of a token; return whether it decides."""
        if followed.score is not None:
            self._last = followed.score
        if followed.boundary is not None:
            self.ended = followed.ended
            self.boundary = self.place(followed.boundary)
            return True
        if followed.back >= 0:
            self.settled = self.pushed - followed.back
        self._take(followed.tail, followed.context)
        return False

    def as_tail(self) -> tuple[Tail, int]:
        """Return the state as `Rule` has it, and its context."""
        if self.tail is not None:
            return self.tail, self.position
        if self.gap or self.position < 0:
            starts = (len(self.gap) - 1,) if self.has_blanks else ()
            return Tail(self.gap, starts, len(self.gap)), self.position
        text = self.gap_before + self.text
        starts = (0,) if self.is_open and self.pushed > self.settled else ()
        return Tail(text, starts, len(self.gap_before) if self.is_held else len(text)), self.position - 1

    def _take(self, tail: Tail, context: int) -> None:
        """Take a state of `Rule`, as that of a plain text if it is one."""
        self.tail, self.position = tail, context
        self.gap = self.gap_before = self.text = ""
        self.is_open = self.is_held = self.has_blanks = False
        parts = words(tail.text)
        if tail.pending or tail.exempt or len(parts) > 1 or not is_plain(tail.text) or self.rule.may_end(tail.text):
            return
        if not parts:
            if tail.text and not tail.text.isspace():
                return
            self.tail, self.gap, self.has_blanks = None, tail.text, bool(tail.starts)
            return
        self.tail, self.text, self.gap_before = None, parts[0].text, tail.text[: parts[0].start]
        self.position = context + 1
        self.flags = gap_flags(self.gap_before, self.position)
        self.is_open = self.text[-1].isalnum() or self.text[-1] == "_"
        self.is_held = tail.done < len(tail.text)
