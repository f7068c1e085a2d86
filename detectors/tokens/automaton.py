"""A rule over a reader with few contexts, as a table of states that is filled as tokens are met."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from detectors.spans import words
from detectors.tokens.decoding import PieceDecoder, TokenPieces
from detectors.tokens.following import Followed, Rule
from detectors.tokens.reader import Context
from detectors.tokens.tail import Tail

LARGEST: Final = 1 << 18
"""Steps a table remembers before it begins anew; one takes about 200 bytes."""

_REMEMBERED_BEGINNINGS: Final = 4_096

SAME: Final = -1
"""Instead of a number of tokens: the first token that is not settled is the one it was."""
STOPPED: Final = -2
"""Instead of a number of tokens: the first word of the other kind is there, or the text's end."""


class Row(dict[int, "tuple[Row, int]"]):
    """What each token makes of one state: the next state, and how many tokens ago the first unsettled one was.

    Attributes
    ----------
    context, tail
        The state.
    followed
        What has changed with the token before. Where that is a boundary, it ends the text here.
    closed
        The state with the last word closed, which is what a token that begins with a blank goes on with.
    """

    __slots__ = ("_table", "closed", "context", "followed", "tail")

    def __init__(self, table: "Automaton", context: Context, tail: Tail, followed: Followed) -> None:
        super().__init__()
        self._table = table
        self.context, self.tail, self.followed = context, tail, followed
        self.closed: Row | None = None

    def __missing__(self, token: int) -> "tuple[Row, int]":
        step = self[token] = (self, STOPPED) if self.followed.boundary is not None else self._table.step(self, token)
        return step


def push_rows(rows: Sequence[Row], tokens: Sequence[int]) -> tuple[list[Row], list[int]]:
    """Push one token into each of many texts; return their next states, and the indices of those it decides."""
    # This runs for each token of each request inside an engine: it calls nothing, and makes nothing to be collected.
    steps = [row[token] for row, token in zip(rows, tokens, strict=True)]
    backs = [back for _, back in steps]
    decided = [index for index, back in enumerate(backs) if back == STOPPED] if STOPPED in backs else []
    return [row for row, _ in steps], decided


class Automaton:
    """The states of one rule in one vocabulary.

    Parameters
    ----------
    rule
        What to follow texts for; its reader simplifies contexts, so that there are few states.
    pieces
        The vocabulary.
    """

    def __init__(self, rule: Rule, pieces: TokenPieces) -> None:
        self.rule = rule
        self._pieces = pieces
        self._decoder = PieceDecoder(pieces.escapes)
        self._rows: dict[tuple[Context, Tail, float | None], Row] = {}
        self._begun: dict[tuple[Context, str, bool], Row] = {}
        self._size = 0

    def begin(self, before: str, *, first_word_is_own: bool = False) -> Row:
        """Return the state after a text none of whose words are judged."""
        context, rest = self.rule.reader.skim(before)
        begun = (context, rest, first_word_is_own)
        row = self._begun.get(begun)
        if row is None:
            row = self._row(self.rule.begin(context, rest, first_word_is_own=first_word_is_own))
            if len(self._begun) >= _REMEMBERED_BEGINNINGS:
                self._begun.clear()
            self._begun[begun] = row
        return row

    def step(self, row: Row, token: int) -> tuple[Row, int]:
        """Work out what a token makes of a state."""
        self._size += 1
        if self._size > LARGEST:
            self._forget()
        piece = self._pieces[token]
        if piece[:1].isspace() and (closed := self._close(row)):
            return closed[token]
        text, pending = self._decoder(row.tail.pending, piece)
        followed = self.rule.follow(row.context, row.tail.followed_by(text, pending))
        if followed.score is None:
            followed = replace(followed, score=row.followed.score)
        if followed.boundary is not None:
            return Row(self, followed.context, followed.tail, followed), STOPPED
        return self._row(followed), followed.back

    def finish(self, row: Row) -> Followed:
        """Judge what is open after a state as it stands."""
        return self.rule.follow(row.context, row.tail, finished=True)

    def _close(self, row: Row) -> Row | None:
        """Close the last word, if there is one and all is judged: many states are one then."""
        if row.closed is None and row.tail.is_judged:
            context, position, text = row.context, 0, row.tail.text
            for word in words(text):
                context = self.rule.reader.pass_over(context, text[position : word.start], word.text)
                position = word.end
            if position == len(text):
                row.closed = self._row(Followed(context, Tail(), 0, score=row.followed.score))
        return row.closed

    def _row(self, followed: Followed) -> Row:
        context, tail = self._simplify(followed.context, followed.tail)
        # Who is after scores tells states apart by them; for boundaries, what was judged does not matter.
        state = context, tail, followed.score if self.rule.style is None else None
        row = self._rows.get(state)
        if row is None:
            row = self._rows[state] = Row(self, context, tail, followed)
        return row

    def _simplify(self, context: Context, tail: Tail) -> tuple[Context, Tail]:
        parts = words(tail.text)
        if not parts or tail.exempt > 0:
            return context, tail
        first = parts[0]
        if sum(place <= first.start for place in tail.starts) > 1:
            # Blanks in tokens of their own go with the word when it turns out to be the other's.
            return context, tail
        context, gap, word = self.rule.reader.simplify(context, tail.text[: first.start], first.text)
        if (gap, word) == (tail.text[: first.start], first.text):
            return context, tail
        shift = first.end - len(gap) - len(word)
        starts = [place - shift if place >= first.end else min(place, len(gap)) for place in tail.starts]
        done = tail.done - shift if tail.done >= first.end else min(tail.done, len(gap))
        return context, Tail(gap + word + tail.text[first.end :], tuple(starts), done, tail.exempt, tail.pending)

    def _forget(self) -> None:
        """Begin anew: texts that are being followed keep their states, which are then worked out again."""
        for row in self._rows.values():
            row.clear()
            row.closed = None
        self._rows.clear()
        self._begun.clear()
        self._size = 0
