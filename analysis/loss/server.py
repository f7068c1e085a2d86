"""A vLLM server that is asked one thing at a time, and asked again when it fails in passing."""

import asyncio
import json
import os
from typing import Any

import httpx
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt, wait_random_exponential

from analysis.annotation.completion import refusal
from analysis.annotation.endpoint import completions_url
from analysis.annotation.faults import (
    EndpointTimeoutError,
    NoAnswerError,
    NoConnectionError,
    NotACompletionError,
    ServerFailureError,
)
from detectors.errors import EndpointError, UsageError

_LONGEST_WAIT = 60.0
_QUOTE = 200
_JSON = {"Content-Type": "application/json"}


class Server:
    """The address of a server, and how it is asked.

    Parameters
    ----------
    url
        Such as ``http://127.0.0.1:8000``, with or without its path.
    timeout
        Seconds that one request may take, from start to end.
    tries
        How often a request is sent when connection, time or server fail, with growing, jittered waits between.
    wait
        Seconds of the first of these waits, about.
    api_key_env
        The environment variable that holds the key; no key is sent when it is unset.
    transport
        Where requests go instead of the network, for tests.

    Raises
    ------
    UsageError
        When the URL is none or the key cannot be sent.
    """

    def __init__(
        self,
        url: str,
        *,
        timeout: float,
        tries: int,
        wait: float,
        api_key_env: str,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        chat = httpx.URL(completions_url(url))
        self._root = chat.copy_with(path=chat.path.removesuffix("/chat/completions"))
        self.url = str(self._root)
        self._timeout, self._tries = timeout, tries
        self._wait = wait_random_exponential(multiplier=wait, max=_LONGEST_WAIT)
        self._key_name, self._transport = api_key_env, transport
        key = os.environ.get(api_key_env, "").strip()
        if key and not (key.isascii() and key.isprintable()):
            raise UsageError(f"the key in {api_key_env} has signs that no key has", advice="set it to the key alone")
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}

    def client(self) -> httpx.AsyncClient:
        """Open connections to it."""
        timeout = httpx.Timeout(None, connect=10.0)
        limits = httpx.Limits(max_connections=None)
        return httpx.AsyncClient(headers=self._headers, timeout=timeout, limits=limits, transport=self._transport)

    async def ask(self, client: httpx.AsyncClient, method: str, path: str, body: object = None) -> Any:
        """Send a request and return the JSON of its answer.

        Raises
        ------
        NoAnswerError
            When there is none after every try; each fault has a type of its own. All are `EndpointError`.
        """
        retrying = AsyncRetrying(
            retry=retry_if_exception(lambda error: isinstance(error, NoAnswerError) and error.passing),
            wait=self._pause,
            stop=stop_after_attempt(self._tries),
            reraise=True,
        )
        url = str(self._root.copy_with(path=f"{self._root.path}/{path}"))
        return await retrying(self._once, client, method, url, body)

    def _pause(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked_for = error.retry_after if isinstance(error, ServerFailureError) else 0.0
        return max(float(self._wait(state)), min(asked_for, _LONGEST_WAIT))

    async def _once(self, client: httpx.AsyncClient, method: str, url: str, body: object) -> Any:
        try:
            async with asyncio.timeout(self._timeout):
                # JSON's own escapes: half of a surrogate pair has no UTF-8.
                content = None if body is None else json.dumps(body).encode()
                response = await client.request(method, url, content=content, headers=_JSON if content else None)
        except (TimeoutError, httpx.TimeoutException) as error:
            raise EndpointTimeoutError(
                f"no answer within {self._timeout:g} s", where=url, advice="raise --timeout or lower --concurrency"
            ) from error
        except httpx.HTTPError as error:
            reason = str(error) or type(error).__name__
            raise NoConnectionError(f"no connection: {reason}", where=url, advice="is the server running?") from error
        if not response.is_success:
            raise refusal(response, self._key_name)
        try:
            return response.json()
        except (ValueError, RecursionError) as error:
            raise NotACompletionError(
                f"not JSON: {response.text[:_QUOTE]!r}", where=url, advice="is this a vLLM server?"
            ) from error

    def strange(self, answer: object, wanted: str) -> EndpointError:
        """Return the error of an answer that does not hold what was wanted."""
        return EndpointError(
            f"the answer does not hold {wanted}: {str(answer)[:_QUOTE]!r}",
            where=self.url,
            advice="is this a vLLM server?",
        )
