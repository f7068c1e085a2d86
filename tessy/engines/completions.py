"""Asks ``/v1/completions`` to continue token ids: for the whole answer, or token by token up to the boundary."""

from collections.abc import Callable

import httpx

from tessy.engines.answers import QUOTE, Completion, broken_off, read_completion
from tessy.engines.requests import PassingError, ask, retried, stream
from tessy.errors import EngineAnswerError, EngineUnavailableError
from tessy.watch import Watch

_DONE = b"[DONE]"


async def complete(
    client: httpx.AsyncClient, url: str, content: bytes, *, max_tokens: int, patience: float
) -> Completion:
    """Ask for up to `max_tokens` tokens and wait for all of them.

    Raises
    ------
    EngineUnavailableError
        When the server is down or busy for longer than `patience` seconds.
    EngineAnswerError, ModelMismatchError, ContextLengthError, EngineError
        At once, where another try would end the same.
    """

    async def attempt() -> Completion:
        completion = read_completion(await ask(client, "POST", url, content), url)
        return _checked(completion, max_tokens, url)

    return await retried(attempt, patience)


async def complete_until(
    client: httpx.AsyncClient,
    url: str,
    content: bytes,
    watching: Callable[[], Watch],
    *,
    max_tokens: int,
    patience: float,
) -> Completion:
    """Ask for up to `max_tokens` tokens, judge each as it comes, and hang up at the boundary.

    The server stops within a step or two. What it made and nobody read is not counted.

    Parameters
    ----------
    client, url, content
        Whom to ask for what: a request for a stream.
    watching
        Makes the watch that new tokens are pushed into; called once a try.
    max_tokens
        The most new tokens.
    patience
        For how many seconds to try.

    Returns
    -------
    Completion
        All tokens that came; without a reason to end when the boundary is among them.

    Raises
    ------
    EngineError
        As `complete` does.
    """

    async def attempt() -> Completion:
        watch = watching()
        token_ids: list[int] = []
        async with stream(client, url, content) as events:
            async for event in events:
                if event == _DONE:
                    break
                if event.startswith(b'{"error"'):
                    raise PassingError(EngineUnavailableError(f"the server broke off: {_quote(event)}", where=url))
                piece = read_completion(event, url)
                token_ids += piece.token_ids
                if piece.finish_reason is not None:
                    return _checked(Completion(token_ids, piece.finish_reason, piece.stop_reason), max_tokens, url)
                if any(watch.push(token) for token in piece.token_ids):
                    return _checked(Completion(token_ids), max_tokens, url)
        raise PassingError(EngineUnavailableError("the server broke off in the middle of a stream", where=url))

    return await retried(attempt, patience)


def _checked(completion: Completion, max_tokens: int, url: str) -> Completion:
    if error := broken_off(completion, url):
        raise PassingError(error)
    if len(completion.token_ids) > max_tokens:
        raise EngineAnswerError(f"{len(completion.token_ids)} tokens where {max_tokens} were asked for", where=url)
    return completion


def _quote(event: bytes) -> str:
    return repr(event[:QUOTE].decode(errors="replace"))
