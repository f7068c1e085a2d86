"""Requests to a server: retried where waiting helps, explained where it does not."""

import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from contextlib import aclosing, asynccontextmanager, contextmanager
from typing import TypeVar

import httpx
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, stop_after_delay, wait_random_exponential

from tessy.engines.answers import QUOTE
from tessy.errors import (
    ContextLengthError,
    EngineAnswerError,
    EngineError,
    EngineUnavailableError,
    ModelMismatchError,
)

_log = logging.getLogger(__name__)
_RETRIED_STATUS = frozenset({408, 425, 429, 500, 502, 503, 504})
_JSON = {"Content-Type": "application/json"}
_Answer = TypeVar("_Answer")


class PassingError(Exception):
    """A fault that may be gone at the next try; `error` is what to raise when it is not."""

    def __init__(self, error: EngineError) -> None:
        self.error = error


class RefusedError(EngineError):
    """The server cannot do what the request asks, and would not at the next try (status 400 or 422)."""


def _refusal(response: httpx.Response) -> EngineError:
    """Explain a status that another try would not change."""
    url, text = str(response.request.url), response.text[:QUOTE]
    match response.status_code:
        case 401 | 403:
            advice = "set the key's environment variable (TESSY_API_KEY, or api_key_env in the configuration)"
            return EngineError(f"the server refuses the key (status {response.status_code})", where=url, advice=advice)
        case 404:
            return ModelMismatchError(
                f"not found: {text!r}", where=url, advice="check the URL and the model the server serves"
            )
        case 400 if "context" in text.lower() or "max_model_len" in text or "max_tokens" in text:
            return ContextLengthError(f"too long for the server: {text!r}", where=url)
        case 400 | 422 as status:
            return RefusedError(f"the server refuses the request (status {status}): {text!r}", where=url)
        case status:
            return EngineError(f"the server refuses the request (status {status}): {text!r}", where=url)


@contextmanager
def _explained(url: str) -> Generator[None]:
    """Say what a fault of the connection means."""
    try:
        yield
    except httpx.TransportError as error:
        reason = str(error) or type(error).__name__
        raise PassingError(
            EngineUnavailableError(f"no answer: {reason}", where=url, advice="is the server running?")
        ) from error
    except httpx.DecodingError as error:
        raise EngineAnswerError(f"cannot be decoded: {error}", where=url) from error
    except httpx.InvalidURL as error:
        raise EngineError(f"not a URL: {error}", where=url) from error


def _check_status(response: httpx.Response, url: str) -> None:
    if response.status_code in _RETRIED_STATUS:
        raise PassingError(
            EngineUnavailableError(
                f"status {response.status_code}: {response.text[:QUOTE]!r}", where=url, advice="see the server's log"
            )
        )
    if not response.is_success:
        raise _refusal(response)


async def ask(client: httpx.AsyncClient, method: str, url: str, content: bytes | None = None) -> bytes:
    """Send one request, JSON if it has a body, and return the answer's body.

    Raises
    ------
    PassingError
        When another try may help.
    EngineError
        When it would not; `RefusedError` among them.
    """
    with _explained(url):
        response = await client.request(method, url, content=content, headers=_JSON if content else None)
    _check_status(response, url)
    return response.content


@asynccontextmanager
async def stream(client: httpx.AsyncClient, url: str, content: bytes) -> AsyncGenerator[AsyncGenerator[bytes]]:
    """Send one request whose answer is a stream of server-sent events, and go through their data.

    Leaving early closes the connection, which stops what the server does. It raises what `ask` raises.
    """
    with _explained(url):
        async with client.stream("POST", url, content=content, headers=_JSON) as response:
            if not response.is_success:
                await response.aread()
            _check_status(response, url)
            async with aclosing(_events(response)) as events:
                yield events


async def _events(response: httpx.Response) -> AsyncGenerator[bytes]:
    """Yield the data of each event. Lines of text would also break at signs that JSON leaves as they are."""
    rest = b""
    async for chunk in response.aiter_bytes():
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            if line.startswith(b"data:"):
                yield line[5:].strip()


def _report(state: RetryCallState) -> None:
    error = state.outcome.exception() if state.outcome else None
    if state.attempt_number in {3, 10} and isinstance(error, PassingError):
        _log.warning("%s; trying again", error.error)


async def retried(attempt: Callable[[], Awaitable[_Answer]], patience: float) -> _Answer:
    """Try until it succeeds, fails for good, or `patience` seconds are over.

    Connection errors, time-outs, the statuses 408, 425, 429 and 5xx, and answers that a stopping server cut off are
    tried again after growing, jittered waits.

    Raises
    ------
    EngineUnavailableError
        When patience is over.
    """
    retrying = AsyncRetrying(
        retry=retry_if_exception_type(PassingError),
        wait=wait_random_exponential(multiplier=0.25, max=10),
        stop=stop_after_delay(patience),
        before_sleep=_report,
        reraise=True,
    )
    try:
        return await retrying(attempt)
    except PassingError as error:
        raise error.error from error.__cause__
