"""Any OpenAI-compatible endpoint: a dialogue in, an answer out, over ``/v1/chat/completions``."""

import asyncio
import json
import logging
import os
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

import httpx
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt, wait_random_exponential

from analysis.annotation.answers import WRAPPER
from analysis.annotation.completion import Completion, read_completion, refusal
from analysis.annotation.faults import (
    EndpointTimeoutError,
    NoAnswerError,
    NoConnectionError,
    NotACompletionError,
    ServerFailureError,
)
from analysis.annotation.prompts import Message
from detectors.errors import UsageError

_LOG = logging.getLogger(__name__)
_NOT_UNDERSTOOD = frozenset({400, 422})
_LONGEST_WAIT = 60.0
_FORMAT = "response_format"
_OPTIONAL = ("temperature", "seed", "max_tokens")
# An object, because OpenAI's servers take no array at the top.
_STRUCTURE = {
    "type": "json_schema",
    "json_schema": {
        "name": "style_spans",
        "strict": True,
        "schema": {
            "type": "object",
            "properties": {WRAPPER: {"type": "array", "items": {"type": "string"}}},
            "required": [WRAPPER],
            "additionalProperties": False,
        },
    },
}


def completions_url(url: str) -> str:
    """Return the address of chat completions on a server given with or without its path (``/v1`` when it has none).

    Raises
    ------
    UsageError
        When it is not the URL of a server.
    """
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL:
        parsed = httpx.URL()
    if parsed.scheme not in {"http", "https"} or not parsed.host or not 0 <= (parsed.port or 0) < 1 << 16:
        raise UsageError(f"{url!r} is not a server's URL", advice="write it like http://127.0.0.1:8000/v1")
    path = parsed.path.rstrip("/").removesuffix("/chat/completions") or "/v1"
    return str(parsed.copy_with(path=f"{path}/chat/completions"))


class Endpoint:
    """A model behind an OpenAI-compatible endpoint; an asynchronous context manager that holds its connections.

    An answer with the status 400 or 422 is asked for again without what the endpoint does not know: the structured
    output, or the options its message names. What it turned out not to know is not sent again.

    Parameters
    ----------
    url
        The server, such as ``http://127.0.0.1:8000`` or ``https://host/some/path``.
    model
        The model's name there.
    api_key_env
        The environment variable that holds the key; no key is sent when it is unset.
    temperature, max_tokens, seed
        Of the sampling; `max_tokens` limits the answer together with the model's thinking.
    timeout
        Seconds that one request may take, from start to end.
    tries
        How often a request is sent when connection, time or server fail, with growing, jittered waits between.
    wait
        Seconds of the first of these waits, about.

    Raises
    ------
    UsageError
        When the URL is none or the key cannot be sent.
    """

    def __init__(
        self,
        url: str,
        model: str,
        *,
        api_key_env: str = "TESSY_API_KEY",
        temperature: float = 0.0,
        max_tokens: int = 4096,
        seed: int = 0,
        timeout: float = 120.0,
        tries: int = 4,
        wait: float = 0.5,
    ) -> None:
        self.url = completions_url(url)
        self.model = model
        self._options = {_FORMAT: _STRUCTURE, "temperature": temperature, "seed": seed, "max_tokens": max_tokens}
        self._unknown: set[str] = set()
        self._key = _read_key(api_key_env)
        self._key_name = api_key_env
        self._timeout = timeout
        self._tries = tries
        self._wait = wait_random_exponential(multiplier=wait, max=_LONGEST_WAIT)

    async def __aenter__(self) -> Self:
        """Open the connections."""
        self._client = httpx.AsyncClient(
            headers={"Authorization": f"Bearer {self._key}"} if self._key else {},
            timeout=httpx.Timeout(None, connect=10.0),
            limits=httpx.Limits(max_connections=None),
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def complete(self, messages: Sequence[Message]) -> Completion:
        """Send a dialogue and return the answer.

        Raises
        ------
        NoAnswerError
            When there is none after every try; each fault has a type of its own.
        """
        retrying = AsyncRetrying(
            retry=retry_if_exception(lambda error: isinstance(error, NoAnswerError) and error.passing),
            wait=self._pause,
            stop=stop_after_attempt(self._tries),
            reraise=True,
        )
        return await retrying(self._understood, messages)

    def _pause(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked_for = error.retry_after if isinstance(error, ServerFailureError) else 0.0
        return max(float(self._wait(state)), min(asked_for, _LONGEST_WAIT))

    async def _understood(self, messages: Sequence[Message]) -> Completion:
        """Send a request, and again without what the endpoint does not understand."""
        unknown = set(self._unknown)
        while True:
            options = {name: value for name, value in self._options.items() if name not in unknown}
            response = await self._send({"model": self.model, "messages": list(messages), **options})
            if response.status_code not in _NOT_UNDERSTOOD:
                break
            named = {name for name in _OPTIONAL if name in options and name in response.text}
            refused = named or ({_FORMAT} & options.keys())
            if not refused:
                break
            unknown |= refused
        if response.is_success:
            completion = read_completion(response)
            if unknown - self._unknown:
                _LOG.info("%s: goes on without %s", self.url, ", ".join(sorted(unknown - self._unknown)))
                self._unknown |= unknown
            return completion
        raise refusal(response, self._key_name)

    async def _send(self, body: dict[str, Any]) -> httpx.Response:
        # Escaped to ASCII, so that a lone surrogate in a trace can be sent.
        content = json.dumps(body).encode()
        try:
            async with asyncio.timeout(self._timeout):
                return await self._client.post(self.url, content=content, headers={"Content-Type": "application/json"})
        except (TimeoutError, httpx.TimeoutException) as error:
            raise EndpointTimeoutError(
                f"no answer within {self._timeout:g} s", where=self.url, advice="raise --timeout or lower --concurrency"
            ) from error
        except httpx.DecodingError as error:
            raise NotACompletionError(f"cannot be decoded: {error}", where=self.url) from error
        except httpx.HTTPError as error:
            reason = str(error) or type(error).__name__
            raise NoConnectionError(
                f"no connection: {reason}", where=self.url, advice="is the server running?"
            ) from error


def _read_key(variable: str) -> str:
    key = os.environ.get(variable, "").strip()
    if key and not (key.isascii() and key.isprintable()):
        raise UsageError(
            f"the key in {variable} has signs that no key has", advice="set it to the key alone, one line of ASCII"
        )
    return key
