"""Cuts one role's drafts at the boundary."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from detectors.base import Detector
from tessy.boundary import decide
from tessy.draft_length import DraftLength
from tessy.draft_reader import DraftReader
from tessy.engines.base import Draft, DraftStop, StopRule
from tessy.span_reader import SpanReader
from tessy.trace import Role
from tessy.watch import BoundaryFinder

_WORD: Final = 256
"""Characters of the last words that an engine with foresight is told."""


def _nothing() -> None:
    return None


@dataclass(frozen=True, slots=True)
class Cut:
    """How much of a draft to keep.

    Attributes
    ----------
    tokens
        Tokens of the draft, from its start, that are its writer's own kind.
    hand_over
        Whether the first of the other kind stands right after them. If not, what follows is undecided yet.
    """

    tokens: int
    hand_over: bool


@dataclass(frozen=True, slots=True)
class Judge:
    """Judges the drafts of one role in all traces: token by token where its detector is compiled, else as text.

    Attributes
    ----------
    role
        Whose drafts: the student owns the style, the teacher the rest.
    detector
        Tells the kinds apart.
    length
        How long a draft is while nothing else ends it.
    finder
        The detector compiled for the role's vocabulary; None where drafts are judged as text.
    stops_inside
        Whether the role's engine ends drafts at the boundary by itself.
    foresees
        Tells the fingerprint of the detector while the role's engine reads its model's states with it, else None.
    reader
        Reads the drafts of all traces together as text; None for a detector that needs no language model.
    drafts
        Pushes the tokens of all traces together; None for a detector that gains nothing by it.
    """

    role: Role
    detector: Detector
    length: DraftLength
    finder: BoundaryFinder | None = None
    stops_inside: bool = False
    foresees: Callable[[], str | None] = _nothing
    reader: SpanReader | None = None
    drafts: DraftReader | None = None

    @property
    def context(self) -> int:
        """How many words before a draft the decision reads."""
        return self.detector.context

    def rule(self, before: str, *, forced: bool) -> StopRule | None:
        """Say where an engine that can stops early; None when it cannot."""
        if fingerprint := self.foresees():
            # The states know what is written; the text only tells whether a token goes on with a word.
            return StopRule(fingerprint, before[-_WORD:], self.role is Role.STUDENT, forced)
        if self.finder is None or not self.stops_inside:
            return None
        return StopRule(self.finder.fingerprint, before, self.role is Role.STUDENT, forced)

    async def cut(self, draft: Draft, before: str, *, forced: bool, finished: bool) -> Cut:
        """Find the boundary in a draft.

        Parameters
        ----------
        draft
            All that is open.
        before
            The last words of the text kept so far.
        forced
            Keep the first word whatever its kind is.
        finished
            Whether nothing can follow.
        """
        if draft.judged:
            kept = draft.tokens_within(len(draft.text) - (0 if finished else draft.undecided))
            return Cut(kept, hand_over=draft.stop is DraftStop.BOUNDARY)
        if self.finder is None:
            return await self._cut_text(draft, before, forced=forced, finished=finished)
        watch = self.finder.watch(before, writes_style=self.role is Role.STUDENT, first_word_is_own=forced)
        if self.drafts:
            await self.drafts.follow(watch, draft.token_ids)
        else:
            any(watch.push(token) for token in draft.token_ids)
        if finished and watch.boundary is None:
            watch.finish()
        if watch.boundary is not None:
            return Cut(watch.boundary, hand_over=True)
        return Cut(draft.tokens_within(len(draft.text)) if finished else watch.settled, hand_over=False)

    async def _cut_text(self, draft: Draft, before: str, *, forced: bool, finished: bool) -> Cut:
        spans = await self.reader.spans(before + draft.text) if self.reader else None
        decision = decide(
            before,
            draft.text,
            self.detector,
            spans=spans,
            writes_style=self.role is Role.STUDENT,
            finished=finished,
            undecided=draft.undecided,
            first_word_is_own=forced,
        )
        tokens = draft.tokens_within(decision.keep)
        if forced and tokens == 0 and decision.keep:
            tokens = draft.tokens_covering(decision.keep)
        return Cut(tokens, decision.hand_over)
