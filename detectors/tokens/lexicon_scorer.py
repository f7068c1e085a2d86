"""A causal lexicon compiled for a vocabulary: a look-up a token."""

from collections.abc import Sequence
from typing import cast

from detectors.tokens.automaton import STOPPED, Automaton, Row, push_rows
from detectors.tokens.decoding import TokenPieces
from detectors.tokens.following import Followed, Rule
from detectors.tokens.lexicon import LexiconReader
from detectors.tokens.scorer import TokenScorer
from detectors.tokens.watch import Watch


class LexiconScorer(TokenScorer):
    """Judges texts with tables that grow as tokens are met.

    Parameters
    ----------
    reader
        The lexicon, word by word.
    pieces
        The vocabulary: token id -> bytes.
    end_text
        What ends a text when it is written; empty for nothing.
    """

    def __init__(self, reader: LexiconReader, pieces: TokenPieces, end_text: str) -> None:
        self._tables = {style: Automaton(Rule(reader, style, end_text), pieces) for style in (None, False, True)}

    def watch(self, before: str, *, style: bool | None, first_word_is_own: bool = False) -> "LexiconWatch":
        """See `TokenScorer.watch`."""
        table = self._tables[style]
        return LexiconWatch(table, table.begin(before, first_word_is_own=first_word_is_own))

    def state(self, watch: Watch) -> Row:
        """See `TokenScorer.state`."""
        return cast("LexiconWatch", watch).row

    def push_states(self, states: list[Row], tokens: Sequence[int]) -> tuple[list[Row], list[int]]:
        """See `TokenScorer.push_states`."""
        return push_rows(states, tokens)


class LexiconWatch(Watch):
    """Follows a text through the rows of a table.

    Attributes
    ----------
    row
        Where the text stands.
    """

    follows_states = False

    __slots__ = ("_table", "row")

    def __init__(self, table: Automaton, row: Row) -> None:
        super().__init__()
        self._table = table
        self.row = row

    def push(self, token: int) -> bool:
        """See `Watch.push`."""
        # This runs for each token of each draft: the common case comes first, and calls nothing.
        row, back = self.row[token]
        if back == STOPPED:
            return self._stop(row)
        self.row = row
        self.pushed += 1
        if back >= 0:
            self.settled = self.pushed - back
        return False

    def follow_to_end(self) -> Followed:
        """See `Watch.follow_to_end`."""
        return self._table.finish(self.row)

    @property
    def score(self) -> float | None:
        """See `Watch.score`."""
        return self.row.followed.score

    def _stop(self, row: Row) -> bool:
        if self.boundary is None:
            self.row = row
            self.pushed += 1
            self.ended = row.followed.ended
            self.boundary = self.place(row.followed.boundary or 0)
        return True
