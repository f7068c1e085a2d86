"""One session in a vLLM engine of this process: a request that goes on turn by turn, its keys and values kept."""

import asyncio
import itertools
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tessy.engines.generator import Generated, Turn
from tessy.errors import EngineError
from tessy.vllm_plugin.extra_args import BEFORE

if TYPE_CHECKING:
    from tessy.engines.vllm import VllmEngine

_NUMBERS = itertools.count()
ALL_AT_ONCE = 1 << 30
"""Tokens of a turn that vLLM hands over together; the last ones always."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one turn gave.

    Attributes
    ----------
    token_ids
        The new tokens, an ending one included; never none.
    cached
        Tokens of the context that were in the prefix cache, told at a session's first turn.
    stop_reason
        The plugin's, or the id of the ending token; of a turn that asked the plugin for nothing, it means nothing.
    """

    token_ids: list[int]
    cached: int
    stop_reason: int | str | None


class Stream:
    """A resumable request of an `AsyncLLM`.

    vLLM drops the last token a turn has sampled, for it was never read: a turn leaves the engine with its context and
    what it sampled but the last.

    Parameters
    ----------
    llm
        The engine.
    """

    def __init__(self, llm: Any) -> None:
        self._llm = llm
        self._turns: asyncio.Queue[Any] = asyncio.Queue()
        self._outputs: AsyncGenerator[Any, None] | None = None

    async def _inputs(self) -> AsyncGenerator[Any, None]:
        while True:
            yield await self._turns.get()

    async def turn(self, token_ids: list[int], parameters: Any) -> Answer:
        """Read more tokens and go on after them.

        Raises
        ------
        EngineError
            When vLLM ends the request for a reason that is none of the model's.
        """
        from vllm.engine.protocol import StreamingInput

        prompt = {"type": "token", "prompt_token_ids": token_ids}
        self._turns.put_nowait(StreamingInput(prompt=prompt, sampling_params=parameters))
        if self._outputs is None:
            self._outputs = self._llm.generate(self._inputs(), parameters, f"tessy-{next(_NUMBERS)}")
        new: list[int] = []
        cached = 0
        async for output in self._outputs:
            completion = output.outputs[0]
            new += completion.token_ids
            cached = output.num_cached_tokens or cached
            reason = completion.finish_reason
            if reason in {"stop", "length"} and new:
                return Answer(new, cached, completion.stop_reason)
            if reason is not None:
                raise EngineError(f"vLLM broke off (finish_reason {reason!r})")
        raise EngineError("vLLM ended a session in the middle of a turn")

    async def aclose(self) -> None:
        """End the request; its blocks are free, and may stay in the prefix cache."""
        outputs, self._outputs = self._outputs, None
        if outputs is not None:
            await outputs.aclose()


class SessionGenerator:
    """The part of a session that lives in the engine: a stream, which may be closed at any time and begun anew."""

    def __init__(self, engine: "VllmEngine") -> None:
        self._engine = engine
        self._stream: Stream | None = None
        self._held = 0

    async def generate(self, turn: Turn) -> Generated:
        """Continue the session, or begin it anew where the engine holds something else."""
        engine = self._engine
        size = len(turn.token_ids)
        await engine.capacity.take(self, size + turn.max_tokens)
        try:
            await engine.gathering.wait()
            # One token at least must be read: what comes next is said after it.
            wanted = min(self._held, turn.unchanged, size - 1)
            shortened = wanted < self._held
            if self._stream is not None and shortened and not engine.may_shorten(self._held, wanted):
                await self._end()
            opened = self._stream is None
            held = 0 if opened else wanted
            self._stream = self._stream or Stream(engine.llm)
            parameters = engine.parameters(turn, held if shortened and not opened else None)
            answer = await self._stream.turn(list(turn.token_ids[held:]), parameters)
        except BaseException as error:
            engine.capacity.drop(self)
            await self._end()
            if isinstance(error, EngineError) or not isinstance(error, Exception):
                raise
            raise engine.failure(error) from error
        self._held = size + len(answer.token_ids) - 1
        engine.capacity.give(self, self._held)
        judged = engine.is_judged(turn.stop, answer.stop_reason)
        if judged is False:
            engine.tap(engine.name, is_known=False)
        at_boundary = bool(judged) and answer.stop_reason == BEFORE
        return Generated(
            answer.token_ids[:-1] if at_boundary else answer.token_ids,
            ended=not at_boundary and answer.token_ids[-1] in turn.end_ids,
            prefilled=size - (answer.cached if opened else held),
            cached=answer.cached if opened else held,
            reopened=opened and turn.unchanged > 0,
            judged=bool(judged),
            at_boundary=at_boundary,
        )

    async def _end(self) -> None:
        stream, self._stream = self._stream, None
        self._held = 0
        if stream is not None:
            await stream.aclose()

    def evict(self) -> None:
        """Give the blocks back: another session needs them. The next turn begins anew from its ids."""
        stream, self._stream = self._stream, None
        if stream is not None:
            self._engine.close_later(stream)

    def close(self) -> None:
        """End the request in the engine."""
        self._engine.capacity.drop(self)
        self.evict()
