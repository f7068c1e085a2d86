"""The session of every engine that speaks in token ids."""

import time
from array import array
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace

from detectors.tokens.tail import begun_at_end
from tessy.chat import Chat
from tessy.counters import Counters
from tessy.digests import seed63
from tessy.engines.base import Draft, DraftStop, StopRule
from tessy.engines.generator import Generated, Generator, Turn
from tessy.errors import ContextLengthError
from tessy.prompts import Prompt

_TAIL_CHARACTERS = 256
_TAIL_TOKENS = 16


def draft_seed(seed: int, position: int) -> int:
    """Derive the seed of the draft that starts at a token position; resuming does not change it."""
    return seed63(f"{seed}:{position}")


class TokenSession:
    """A context of token ids in one vocabulary.

    The ids a model drafted are kept as they are. Text from elsewhere is encoded as the tokenizer would have cut it
    after what stands before; stretches that arrive one after the other are encoded as one. Where the tokenizer would
    have joined both sides of a seam into one token, the text is encoded on its own, and `Counters.seams` counts it.

    Parameters
    ----------
    chat
        Renders the prompt and knows the thinking marks.
    prompt
        The question.
    generator
        The engine's part.
    context_length
        The most tokens of the context.
    seed
        Of this session's drafts.

    Raises
    ------
    ContextLengthError
        When the prompt leaves no room to write.
    """

    def __init__(self, chat: Chat, prompt: Prompt, generator: Generator, *, context_length: int, seed: int) -> None:
        # The context, and after it the open draft: one list, so that no draft copies what may be very long.
        self._ids = array("I", chat.prompt_ids(prompt.messages))
        if len(self._ids) >= context_length:
            raise ContextLengthError(
                f"prompt {prompt.id!r} has {len(self._ids):,} tokens, the model's context {context_length:,}",
                advice="shorten the prompt or serve the model with a longer context",
            )
        self.counters = Counters()
        self._size = len(self._ids)
        self._unchanged = 0
        self._vocabulary = chat.vocabulary
        self._marks = chat.marks
        self._generator = generator
        self._context_length = context_length
        self._seed = seed
        self._end_ids = chat.marks.end_ids
        self._end_text = chat.marks.end_text
        self._tail = self._vocabulary.texts([], chat.marks.opening)[0]
        self._foreign = ""
        self._foreign_start = self._size
        self._draft = Draft((), "", (), DraftStop.LENGTH)

    @property
    def token_ids(self) -> list[int]:
        """A copy of the context's ids, without the open draft."""
        return self._ids[: self._size].tolist()

    @property
    def room(self) -> int:
        """Tokens the context still has room for."""
        return self._context_length - self._size

    def append(self, text: str) -> None:
        """Add what another model wrote, encoded as this tokenizer would have cut it."""
        if not text:
            return
        self._foreign += text
        ids, exact = self._vocabulary.continuation(self._tail, self._foreign)
        self.counters.seams += not exact
        old = self._ids[self._foreign_start :]
        same = next((index for index, pair in enumerate(zip(ids, old, strict=False)) if pair[0] != pair[1]), None)
        same = min(len(ids), len(old)) if same is None else same
        self._replace(self._foreign_start + same, ids[same:])
        self._size = len(self._ids)

    def _replace(self, start: int, ids: Sequence[int]) -> None:
        """Put ids in the place of all from `start` on."""
        self._unchanged = min(self._unchanged, start)
        del self._ids[start:]
        self._ids.extend(ids)

    async def draft(self, max_tokens: int, stop: StopRule | None = None) -> Draft:
        """Propose up to `max_tokens` tokens more, and return the whole open draft."""
        budget = min(max_tokens, self._context_length - len(self._ids))
        reason, judged = DraftStop.LENGTH, self._draft.judged
        if budget > 0:
            was_judged = judged or len(self._ids) == self._size
            answer, ended = await self._generate(budget, stop)
            judged = was_judged and answer.judged
            reason = DraftStop.END if ended else DraftStop.BOUNDARY if answer.at_boundary else DraftStop.LENGTH
        self._draft = replace(self._read(reason), judged=judged)
        return self._draft

    async def _generate(self, budget: int, stop: StopRule | None) -> tuple[Generated, bool]:
        """Let the model go on after the open draft; return what it says and whether it has ended."""
        if stop and len(self._ids) > self._size:
            stop = replace(stop, open_ids=tuple(self._ids[self._size :]))
        begun = time.perf_counter()
        seed = draft_seed(self._seed, len(self._ids))
        turn = Turn(self._ids, self._unchanged, budget, self._end_ids, seed, stop)
        answer = await self._generator.generate(turn)
        counters = self.counters
        counters.waiting += time.perf_counter() - begun
        counters.requests += 1
        counters.made += len(answer.token_ids)
        counters.prefilled += answer.prefilled
        counters.cached += answer.cached
        counters.reopened += answer.reopened
        ended = answer.ended
        for position, token in enumerate(answer.token_ids, 1):
            if token in self._end_ids:
                ended = True
                counters.thrown += len(answer.token_ids) - position
                break
            self._ids.append(token)
        self._unchanged = len(self._ids)
        return answer, ended

    def _read(self, stop: DraftStop) -> Draft:
        text, ends = self._texts()
        undecided = 0
        if self._end_text:
            found = text.find(self._end_text)
            if found >= 0:
                stop = DraftStop.END
                text, ends = self._cut(text, ends, found)
            else:
                undecided = begun_at_end(text, self._end_text)
        return Draft(tuple(self._ids[self._size :]), text, ends, stop, undecided)

    def _texts(self) -> tuple[str, list[int]]:
        """Read the open draft as text."""
        size = self._size
        return self._vocabulary.texts(self._ids[max(0, size - _TAIL_TOKENS) : size], self._ids[size:])

    def _cut(self, text: str, ends: list[int], found: int) -> tuple[str, list[int]]:
        """Cut the open draft where the mark that ends the thinking begins, between the tokens that say it or in one."""
        whole = bisect_right(ends, found)
        start = ends[whole - 1] if whole else 0
        # A token that says the end of the thinking and the mark's beginning at once cannot stand before what follows.
        self._replace(self._size + whole, self._vocabulary.encode(text[start:found]))
        return self._texts()

    def keep(self, tokens: int) -> Sequence[int]:
        """Move the first tokens of the open draft into the context and return them; the rest stays open."""
        if tokens <= 0:
            return ()
        kept = self._ids[self._size : self._size + tokens].tolist()
        self._size += len(kept)
        self._become_own(self._draft.text[: self._draft.ends[tokens - 1]])
        return kept

    def replay(self, token_ids: Sequence[int], text: str) -> None:
        """Add this model's own tokens to the context."""
        self._replace(self._size, token_ids)
        self._size = len(self._ids)
        self._become_own(text)

    def _become_own(self, text: str) -> None:
        """Take note that the context now ends with this model's own text: what stands before is cut for good."""
        self._tail = (self._tail + self._foreign + text)[-_TAIL_CHARACTERS:]
        self._foreign = ""
        self._foreign_start = self._size

    def roll_back(self) -> None:
        """Throw away what is open of the draft."""
        self.counters.thrown += len(self._ids) - self._size
        self._replace(self._size, ())

    def begin_answer(self) -> None:
        """Close the thinking with the model family's own marks; from here on drafts are the final answer."""
        closing = list(self._marks.closing)
        line_break = self._vocabulary.encode("\n")
        if (self._tail + self._foreign).endswith("\n") and closing[: len(line_break)] == line_break:
            del closing[: len(line_break)]
        self._end_ids = self._marks.answer_end_ids
        self._end_text = ""
        self.replay(closing, "\n")

    def close(self) -> None:
        """Free what the session holds in the engine."""
        self._generator.close()
