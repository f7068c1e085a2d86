"""The session of every engine that speaks in token ids."""

from bisect import bisect_right
from collections.abc import Sequence
from typing import Protocol

from tessy.chat import Chat
from tessy.digests import seed63
from tessy.engines.base import Draft, DraftStop
from tessy.errors import ContextLengthError
from tessy.prompts import Prompt

_TAIL_CHARACTERS = 256
_TAIL_TOKENS = 16


class Generator(Protocol):
    """What an engine does for one session: continue a list of token ids."""

    async def generate(
        self, token_ids: Sequence[int], *, max_tokens: int, end_ids: frozenset[int], seed: int
    ) -> tuple[Sequence[int], bool]:
        """Return new token ids, and whether the model ended by itself.

        An id of `end_ids` ends the generation; it may be left out or be the last one returned.
        """
        ...

    def close(self) -> None:
        """Free what the session holds in the engine."""
        ...


def draft_seed(seed: int, position: int) -> int:
    """Derive the seed of the draft that starts at a token position; resuming does not change it."""
    return seed63(f"{seed}:{position}")


class TokenSession:
    """A context of token ids in one vocabulary.

    The ids a model drafted are kept as they are. Text from elsewhere is encoded as the tokenizer would have cut it
    after what stands before; stretches that arrive one after the other are encoded as one. Where the tokenizer would
    have joined both sides of a seam into one token, the text is encoded on its own, and `seams` counts it.

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
        self.token_ids: list[int] = chat.prompt_ids(prompt.messages)
        if len(self.token_ids) >= context_length:
            raise ContextLengthError(
                f"prompt {prompt.id!r} has {len(self.token_ids):,} tokens, the model's context {context_length:,}",
                advice="shorten the prompt or serve the model with a longer context",
            )
        self.seams = 0
        self._vocabulary = chat.vocabulary
        self._marks = chat.marks
        self._generator = generator
        self._context_length = context_length
        self._seed = seed
        self._made = 0
        self._end_ids = chat.marks.end_ids
        self._end_text = chat.marks.end_text
        self._tail = self._vocabulary.texts([], chat.marks.opening)[0]
        self._foreign = ""
        self._foreign_start = len(self.token_ids)
        self._open: list[int] = []
        self._draft = Draft((), "", (), DraftStop.LENGTH)

    @property
    def room(self) -> int:
        """Tokens the context still has room for."""
        return self._context_length - len(self.token_ids)

    @property
    def made(self) -> int:
        """Tokens generated so far, kept or not."""
        return self._made

    def append(self, text: str) -> None:
        """Add what another model wrote, encoded as this tokenizer would have cut it."""
        if not text:
            return
        self._foreign += text
        ids, exact = self._vocabulary.continuation(self._tail, self._foreign)
        self.seams += not exact
        self.token_ids[self._foreign_start :] = ids

    async def draft(self, max_tokens: int) -> Draft:
        """Propose up to `max_tokens` tokens more, and return the whole open draft."""
        context = self.token_ids + self._open
        budget = min(max_tokens, self._context_length - len(context))
        new: list[int] = []
        ended = False
        if budget > 0:
            answer, ended = await self._generator.generate(
                context, max_tokens=budget, end_ids=self._end_ids, seed=draft_seed(self._seed, len(context))
            )
            self._made += len(answer)
            for token in answer:
                if token in self._end_ids:
                    ended = True
                    break
                new.append(token)
        self._open += new
        self._draft = self._read(ended)
        return self._draft

    def _read(self, ended: bool) -> Draft:
        text, ends = self._vocabulary.texts(self.token_ids[-_TAIL_TOKENS:], self._open)
        undecided = 0
        if self._end_text:
            found = text.find(self._end_text)
            if found >= 0:
                ended = True
                text, ends = self._cut(text, ends, found)
            else:
                undecided = next(
                    (size for size in range(len(self._end_text) - 1, 0, -1) if text.endswith(self._end_text[:size])), 0
                )
        return Draft(tuple(self._open), text, ends, DraftStop.END if ended else DraftStop.LENGTH, undecided)

    def _cut(self, text: str, ends: list[int], found: int) -> tuple[str, list[int]]:
        """Cut the open draft where the mark that ends the thinking begins, between the tokens that say it or in one."""
        whole = bisect_right(ends, found)
        start = ends[whole - 1] if whole else 0
        del self._open[whole:]
        # A token that says the end of the thinking and the mark's beginning at once cannot stand before what follows.
        self._open += self._vocabulary.encode(text[start:found])
        return self._vocabulary.texts(self.token_ids[-_TAIL_TOKENS:], self._open)

    def keep(self, tokens: int) -> Sequence[int]:
        """Move the first tokens of the open draft into the context and return them; the rest stays open."""
        if tokens <= 0:
            return ()
        kept = self._open[:tokens]
        self.replay(kept, self._draft.text[: self._draft.ends[tokens - 1]])
        del self._open[:tokens]
        return kept

    def replay(self, token_ids: Sequence[int], text: str) -> None:
        """Add this model's own tokens to the context."""
        self.token_ids.extend(token_ids)
        self._tail = (self._tail + self._foreign + text)[-_TAIL_CHARACTERS:]
        self._foreign = ""
        self._foreign_start = len(self.token_ids)

    def roll_back(self) -> None:
        """Throw away what is open of the draft."""
        self._open.clear()

    def begin_answer(self) -> None:
        """Close the thinking with the model family's own marks; from here on drafts are the final answer."""
        closing = list(self._marks.closing)
        line_break = self._vocabulary.encode("\n")
        if (self._tail + self._foreign).endswith("\n") and closing[: len(line_break)] == line_break:
            del closing[: len(line_break)]
        self.token_ids.extend(closing)
        self._end_ids = self._marks.answer_end_ids
        self._end_text = ""
        self.replay((), "\n")

    def close(self) -> None:
        """Free what the session holds in the engine."""
        self._generator.close()
