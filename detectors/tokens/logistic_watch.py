"""Follows a text for a logistic detector: a view on its row of arrays, which compiled code goes on with."""

from collections.abc import Sequence
from math import isnan
from typing import TYPE_CHECKING

from detectors.spans import Word, words
from detectors.tokens import layout as of
from detectors.tokens.following import Followed, Rule
from detectors.tokens.gaps import gap_code, gap_text
from detectors.tokens.layout import Numbers
from detectors.tokens.tail import Tail, open_from, shorten
from detectors.tokens.token_words import is_plain
from detectors.tokens.watch import Watch

if TYPE_CHECKING:
    from detectors.tokens.logistic_scorer import LogisticScorer


class LogisticWatch(Watch):
    """Follows a text whose state stands in one row of `LogisticTexts.histories`.

    Most of the time the state is that of a plain text: the last word, and whether it may go on. Where that does not say
    it all (marks, unfinished characters, what may be ``</think>``, a first word that is its writer's own), there is a
    `tail` instead, and each token is followed as `Rule` says.

    The columns of the state are ``MODE`` and ``STYLE``; `pushed`, `settled` and `boundary` (-1 for None); the position
    of the last word and, of a plain text, its ``NUMBER`` among the lexemes, the gaps before and after it, whether it is
    ``OPEN``, so that letters may go on with it, whether it is ``HELD``, of the other kind, but may grow out of it, and
    whether ``BLANKS`` in tokens of their own stand at the end, which belong to the next word.

    Attributes
    ----------
    rule
        What the text is followed for.
    row
        The row.
    tail
        What follows the text instead of a plain state.
    """

    __slots__ = ("__weakref__", "_scorer", "row", "rule", "tail")

    def __init__(self, scorer: "LogisticScorer", rule: Rule, row: int, position: int) -> None:
        self._scorer, self.rule, self.row = scorer, rule, row
        super().__init__()
        self.tail: Tail | None = None
        self.state[of.POSITION] = position
        self.state[of.STYLE] = of.BOTH_STYLES if rule.style is None else rule.style

    def __del__(self) -> None:
        self._scorer.texts.histories.close(self.row)

    @property
    def state(self) -> Numbers:
        """The row of the text: shape (12,); another array when rows are added."""
        row: Numbers = self._scorer.texts.histories.texts.states[self.row]
        return row

    @property
    def pushed(self) -> int:
        """See `Watch`."""
        return int(self.state[of.PUSHED])

    @pushed.setter
    def pushed(self, pushed: int) -> None:
        self.state[of.PUSHED] = pushed

    @property
    def settled(self) -> int:
        """See `Watch`."""
        return int(self.state[of.SETTLED])

    @settled.setter
    def settled(self, settled: int) -> None:
        self.state[of.SETTLED] = settled

    @property
    def boundary(self) -> int | None:
        """See `Watch`."""
        boundary = int(self.state[of.BOUNDARY])
        return None if boundary < 0 else boundary

    @boundary.setter
    def boundary(self, boundary: int | None) -> None:
        if boundary is not None:
            self.state[of.BOUNDARY], self.state[of.MODE] = boundary, of.STOPPED

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
        odds = float(self._scorer.texts.histories.texts.odds[self.row])
        return None if isnan(odds) else self._scorer.texts.probability(odds)

    def begin(self, parts: Sequence[Word], before: str, *, first_word_is_own: bool) -> None:
        """Take the state after a text none of whose words are judged; its words are in the row."""
        first = min(open_from(parts, before), len(parts) - 1) if parts and parts[-1].end == len(before) else len(parts)
        gap = before[parts[first - 1].end if first else 0 : parts[first].start if first < len(parts) else len(before)]
        text = shorten(gap) + (before[parts[first].start :] if first < len(parts) else "")
        tail = Tail(text, (), len(text), -1 if first_word_is_own else 0)
        self._take(tail, int(self.state[of.POSITION]) - (len(parts) - first))

    def follow(self, text: str, pending: bytes) -> bool:
        """Add a token, as `Rule` says, that completes these characters and leaves these bytes; tell if it decides."""
        tail, context = self.as_tail()
        self.pushed += 1
        followed = self.rule.follow(context, tail.followed_by(text, pending))
        if followed.score is not None:
            self._scorer.texts.histories.texts.odds[self.row] = followed.score
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
        state, position = self.state, int(self.state[of.POSITION])
        if self.tail is not None:
            return self.tail, position
        gap, before = gap_text(int(state[of.GAP])), gap_text(int(state[of.GAP_BEFORE]))
        if gap or position < 0:
            starts = (len(gap) - 1,) if state[of.BLANKS] else ()
            return Tail(gap, starts, len(gap)), position
        text = before + self._scorer.texts.lexemes.texts[state[of.NUMBER]]
        starts = (0,) if state[of.OPEN] and state[of.PUSHED] > state[of.SETTLED] else ()
        return Tail(text, starts, len(before) if state[of.HELD] else len(text)), position - 1

    def _take(self, tail: Tail, context: int) -> None:
        """Take a state of `Rule`, as that of a plain text if it is one."""
        state = self.state
        self.tail, state[of.MODE], state[of.POSITION] = tail, of.ELSEWHERE, context
        parts = words(tail.text)
        if tail.pending or tail.exempt or len(parts) > 1 or not is_plain(tail.text) or self.rule.may_end(tail.text):
            return
        if not parts and tail.text and not tail.text.isspace():
            return
        self.tail, state[of.MODE] = None, of.PLAIN
        state[[of.NUMBER, of.GAP_BEFORE, of.GAP, of.OPEN, of.HELD, of.BLANKS]] = 0
        if not parts:
            state[of.GAP], state[of.BLANKS] = gap_code(tail.text), bool(tail.starts)
            return
        word = parts[0].text
        state[of.NUMBER], state[of.GAP_BEFORE] = self._scorer.texts.lexemes[word], gap_code(tail.text[: parts[0].start])
        state[of.POSITION] = context + 1
        state[of.OPEN], state[of.HELD] = word[-1].isalnum() or word[-1] == "_", tail.done < len(tail.text)
