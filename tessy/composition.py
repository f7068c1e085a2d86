"""The growing of one trace: the only place where its mutable state lives."""

import asyncio
from array import array
from collections.abc import Callable, Mapping

from detectors.spans import words
from tessy.counters import Counters
from tessy.engines.base import Draft, DraftStop, Session
from tessy.judge import Cut, Judge
from tessy.manuscript import Manuscript
from tessy.prompts import Prompt
from tessy.recipes import Recipe
from tessy.repetition import TAIL_CHARACTERS, repeats
from tessy.settings import Limits
from tessy.trace import THINKING_OPENS, Piece, Role, StopReason, ThrownDraft, Trace, Unfinished, assemble

# What is still undecided after so many tokens (a long run without blanks) is judged as it stands.
_LONGEST_WORD = 64
# The length of a draft that nobody cuts, or that ends at the boundary by itself.
_LONG_DRAFT = 256
_REPETITION_INTERVAL = 128
_REMEMBERED_WORDS = 256


class Composition:
    """One trace as two models write it (Algorithm 1 of arXiv 2604.14164).

    The first word of the other kind ends a draft and hands over. A draft with nothing of its own kind hands over at
    once; when both have nothing, the teacher's first word is kept, so that a trace always grows.

    Parameters
    ----------
    prompt
        The question.
    sessions
        A session for each role the recipe needs.
    judges
        For each thinker, who cuts its drafts; empty when nobody takes turns.
    recipe
        Who thinks, who answers.
    limits
        When to stop.
    keep_drafts
        Whether to keep the text of drafts that are thrown away at hand-overs.
    """

    def __init__(
        self,
        prompt: Prompt,
        sessions: Mapping[Role, Session],
        judges: Mapping[Role, Judge],
        recipe: Recipe,
        limits: Limits,
        *,
        keep_drafts: bool = False,
    ) -> None:
        self.prompt = prompt
        self.recipe = recipe
        self.limits = limits
        self.role = recipe.thinkers[0]
        self.thinking = Manuscript()
        self.answer: list[Piece] = []
        self.thrown: list[ThrownDraft] | None = [] if keep_drafts else None
        self.tokens = dict.fromkeys(Role, 0)
        self.kept = 0
        self.hand_overs = 0
        self.ended = False
        self._sessions = sessions
        self._judges = judges
        self._tail = ""
        self._length = 0
        self._word_starts = array("Q")
        self._unseen: dict[Role, list[str]] = {role: [] for role in sessions}
        self._kept_in_turn = 0
        self._empty_turns = 0
        self._undecided_tokens = 0
        self._looked_for_repetition = 0
        self._saved = 0
        self._saved_tokens = 0
        self._saved_drafts = 0

    @property
    def totals(self) -> dict[Role, Counters]:
        """What the trace has cost each model in this run."""
        return {role: session.counters for role, session in self._sessions.items()}

    def replay(self, unfinished: Unfinished) -> None:
        """Take up the thinking of an earlier run where it stopped."""
        for piece in unfinished.pieces:
            if piece.role is not self.role:
                self._hand_over()
            self._catch_up(piece.role)
            self._sessions[piece.role].replay(piece.token_ids, piece.text)
            self._add(piece)
        if unfinished.role is not self.role:
            self._hand_over()
        if self.thrown is not None:
            self.thrown.extend(unfinished.thrown)
            self._saved_drafts = len(self.thrown)
        self.ended = unfinished.ended
        self._saved = len(self.thinking)
        self._saved_tokens = self.kept

    def unsaved(self) -> tuple[int, Unfinished]:
        """Return what the thinking has gained since the last call, and the number of its first piece."""
        start, self._saved = self._saved, len(self.thinking)
        self._saved_tokens = self.kept
        thrown = tuple((self.thrown or ())[self._saved_drafts :])
        self._saved_drafts += len(thrown)
        return start, Unfinished(self.role, self.ended, self.thinking.pieces(start), thrown)

    async def compose(self, checkpoint: Callable[[], None] | None = None, interval: int = 0) -> Trace:
        """Write the thinking and the answer; `checkpoint` is called whenever `interval` more tokens are kept.

        Raises
        ------
        EngineError
            When a model fails; what is written so far stays in `thinking`.
        """
        reason = StopReason.TIME_LIMIT
        try:
            async with asyncio.timeout(self.limits.seconds or None) as limit:
                reason = await self._write(checkpoint, interval)
        except TimeoutError:
            if not limit.expired():
                raise
        text, segments = assemble(self.thinking.pieces(), self.answer, closed=self.ended)
        thrown = None if self.thrown is None else tuple(self.thrown)
        return Trace(self.prompt, text, segments, reason, dict(self.tokens), self.totals, self.hand_overs, thrown)

    async def _write(self, checkpoint: Callable[[], None] | None, interval: int) -> StopReason:
        reason = await self._think(checkpoint, interval)
        return await self._answer() if reason is StopReason.FINISHED else reason

    async def _think(self, checkpoint: Callable[[], None] | None, interval: int) -> StopReason:
        while not self.ended:
            if checkpoint and self.kept - self._saved_tokens >= interval:
                checkpoint()
            if self.kept >= self.limits.thinking_tokens:
                return StopReason.THINKING_LIMIT
            if self.hand_overs > self.limits.hand_overs:
                return StopReason.HAND_OVER_LIMIT
            stopped = self._stuck()
            if stopped is not None:
                return stopped
            self.ended = await self._turn()
        return StopReason.FINISHED

    def _stuck(self) -> StopReason | None:
        if self.kept - self._looked_for_repetition >= _REPETITION_INTERVAL:
            self._looked_for_repetition = self.kept
            if repeats(self._tail):
                return StopReason.REPETITION
        # What is undecided takes up room, too, although it is not kept.
        room = self._sessions[self.role].room - self._undecided_tokens
        return None if room > 0 else StopReason.CONTEXT_LIMIT

    async def _turn(self) -> bool:
        """Draft once, keep what is the writer's own; return whether the thinking has ended."""
        role, session, judge = self.role, self._sessions[self.role], self._judges.get(self.role)
        self._catch_up(role)
        # Both had nothing of their own kind to say: the trace must grow.
        forced = role is Role.TEACHER and self._empty_turns > 0 and not self._kept_in_turn
        draft = await self._draft(session, judge, forced=forced)
        cut = await self._cut(draft, judge, forced=forced)
        # An open draft may be longer than what the limit still allows.
        allowed = self.limits.thinking_tokens - self.kept
        if kept := min(cut.tokens, allowed):
            self._add(Piece(role, draft.text[: draft.ends[kept - 1]], tuple(session.keep(kept))))
            session.counters.kept += kept
        self._undecided_tokens = len(draft.token_ids) - kept
        if cut.hand_over:
            if self.thrown is not None and (rest := draft.text[draft.ends[kept - 1] if kept else 0 :]):
                self.thrown.append(ThrownDraft(role, len(THINKING_OPENS) + self._length, rest))
            session.roll_back()
            session.counters.hand_overs += 1
            session.counters.add_span(self._kept_in_turn)
            if judge:
                judge.length.span(self._kept_in_turn)
            self._hand_over()
        return draft.stop is DraftStop.END and not cut.hand_over and cut.tokens <= allowed

    async def _draft(self, session: Session, judge: Judge | None, *, forced: bool) -> Draft:
        allowed = self.limits.thinking_tokens - self.kept
        if judge is None:
            return await session.draft(min(_LONG_DRAFT, allowed))
        if rule := judge.rule(self._before(judge.context), forced=forced):
            return await session.draft(min(_LONG_DRAFT, allowed), rule)
        made, waiting = session.counters.made, session.counters.waiting
        draft = await session.draft(min(judge.length.ask(), allowed))
        judge.length.request(session.counters.made - made, session.counters.waiting - waiting)
        return draft

    async def _cut(self, draft: Draft, judge: Judge | None, *, forced: bool) -> Cut:
        if judge is None:
            return Cut(draft.tokens_within(len(draft.text) - draft.undecided), hand_over=False)
        # No later token can change what fills the context, or what has waited for long.
        full = len(draft.token_ids) >= self._sessions[self.role].room
        waited = self._undecided_tokens >= _LONGEST_WORD and not draft.undecided
        finished = draft.stop is DraftStop.END or full or waited
        return await judge.cut(draft, self._before(judge.context), forced=forced, finished=finished)

    def _before(self, count: int) -> str:
        """Return the last `count` words of the thinking, with the blanks between them."""
        starts = self._word_starts
        if count == 0:
            return ""
        return self._tail[starts[-count] - self._length :] if len(starts) > count else self._tail

    def _add(self, piece: Piece) -> None:
        self.thinking.add(piece)
        self.tokens[piece.role] += len(piece.token_ids)
        self.kept += len(piece.token_ids)
        self._tail = (self._tail + piece.text)[-TAIL_CHARACTERS:]
        length = self._length
        self._word_starts.extend([length + word.start for word in words(piece.text)])
        if len(self._word_starts) > 2 * _REMEMBERED_WORDS:
            del self._word_starts[:-_REMEMBERED_WORDS]
        self._length += len(piece.text)
        self._kept_in_turn += len(piece.token_ids)
        for role, texts in self._unseen.items():
            if role is not piece.role:
                texts.append(piece.text)

    def _hand_over(self) -> None:
        self._empty_turns = 0 if self._kept_in_turn else self._empty_turns + 1
        self._kept_in_turn = 0
        self._undecided_tokens = 0
        self.role = self.role.other
        self.hand_overs += 1

    def _catch_up(self, role: Role) -> None:
        """Tell a session what the other role wrote since it last looked."""
        texts = self._unseen[role]
        if texts:
            self._sessions[role].append("".join(texts))
            texts.clear()

    async def _answer(self) -> StopReason:
        role = self.recipe.answerer
        session = self._sessions[role]
        for open_session in self._sessions.values():
            open_session.roll_back()
        self._catch_up(role)
        session.begin_answer()
        left = self.limits.answer_tokens
        # Tokens that say nothing yet (the start of a character) stay open; they count, or they could go on for ever.
        silent = 0
        while left > silent and session.room > silent:
            draft = await session.draft(min(_LONG_DRAFT, left - silent))
            tokens = draft.tokens_within(len(draft.text))
            self.answer.append(Piece(role, draft.text, tuple(session.keep(tokens))))
            self.tokens[role] += tokens
            session.counters.kept += tokens
            left -= tokens
            silent = len(draft.token_ids) - tokens
            if draft.stop is DraftStop.END:
                return StopReason.FINISHED
        return StopReason.ANSWER_LIMIT if session.room > silent else StopReason.CONTEXT_LIMIT
