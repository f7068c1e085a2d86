"""Requests to a vLLM server: retried where waiting helps, explained where it does not."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

import httpx
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, stop_after_delay, wait_random_exponential

from tessy.errors import (
    ContextLengthError,
    EngineAnswerError,
    EngineError,
    EngineUnavailableError,
    ModelMismatchError,
)

_log = logging.getLogger(__name__)
_RETRIED_STATUS = frozenset({408, 425, 429, 500, 502, 503, 504})
_START_PATIENCE = 5.0
_QUOTE = 200
_MOST_IDS = 1 << 31
_Answer = TypeVar("_Answer")


class _PassingError(Exception):
    """A fault that may be gone at the next try; `error` is what to raise when it is not."""

    def __init__(self, error: EngineError) -> None:
        self.error = error


def _refusal(response: httpx.Response) -> EngineError:
    """Explain a status that another try would not change."""
    url, text = str(response.request.url), response.text[:_QUOTE]
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
        case status:
            return EngineError(f"the server refuses the request (status {status}): {text!r}", where=url)


async def _once(client: httpx.AsyncClient, method: str, url: str, body: Mapping[str, Any] | None) -> Any:
    try:
        response = await client.request(method, url, json=body)
    except httpx.TransportError as error:
        reason = str(error) or type(error).__name__
        raise _PassingError(
            EngineUnavailableError(f"no answer: {reason}", where=url, advice="is the server running?")
        ) from error
    except httpx.DecodingError as error:
        raise EngineAnswerError(f"cannot be decoded: {error}", where=url) from error
    except httpx.InvalidURL as error:
        raise EngineError(f"not a URL: {error}", where=url) from error
    if response.status_code in _RETRIED_STATUS:
        raise _PassingError(
            EngineUnavailableError(
                f"status {response.status_code}: {response.text[:_QUOTE]!r}", where=url, advice="see the server's log"
            )
        )
    if not response.is_success:
        raise _refusal(response)
    try:
        return response.json()
    except (ValueError, RecursionError) as error:
        raise EngineAnswerError(
            f"not JSON: {response.text[:_QUOTE]!r}", where=url, advice="is this a vLLM server's URL?"
        ) from error


def _report(state: RetryCallState) -> None:
    error = state.outcome.exception() if state.outcome else None
    if state.attempt_number in {3, 10} and isinstance(error, _PassingError):
        _log.warning("%s; trying again", error.error)


async def _retried(attempt: Callable[[], Awaitable[_Answer]], patience: float) -> _Answer:
    retrying = AsyncRetrying(
        retry=retry_if_exception_type(_PassingError),
        wait=wait_random_exponential(multiplier=0.25, max=10),
        stop=stop_after_delay(patience),
        before_sleep=_report,
        reraise=True,
    )
    try:
        return await retrying(attempt)
    except _PassingError as error:
        raise error.error from error.__cause__


async def complete(
    client: httpx.AsyncClient, url: str, body: Mapping[str, Any], *, patience: float
) -> tuple[list[int], bool]:
    """Ask ``/v1/completions`` to continue token ids.

    Connection errors, time-outs, the statuses 408, 425, 429 and 5xx, and answers that a stopping server cut off are
    tried again after growing, jittered waits until `patience` seconds have passed.

    Returns
    -------
    tuple
        The new token ids, and whether the model ended by itself.

    Raises
    ------
    EngineUnavailableError
        When patience is over.
    EngineAnswerError, ModelMismatchError, ContextLengthError, EngineError
        At once, where another try would end the same.
    """

    async def attempt() -> tuple[list[int], bool]:
        token_ids, ended = read_tokens(await _once(client, "POST", url, body), url)
        if len(token_ids) > body["max_tokens"]:
            raise EngineAnswerError(f"{len(token_ids)} tokens where {body['max_tokens']} were asked for", where=url)
        return token_ids, ended

    return await _retried(attempt, patience)


async def served_models(client: httpx.AsyncClient, url: str) -> dict[str, Mapping[str, Any]]:
    """Ask a server for its models, by name.

    Raises
    ------
    EngineUnavailableError
        When it does not answer within a few seconds.
    EngineAnswerError
        When its answer is not a list of models.
    """

    async def attempt() -> Any:
        return await _once(client, "GET", f"{url}/models", None)

    answer = await _retried(attempt, _START_PATIENCE)
    try:
        models = {str(model["id"]): model for model in answer["data"]}
    except (KeyError, TypeError) as error:
        raise EngineAnswerError(
            f"not a list of models: {str(answer)[:_QUOTE]!r}", where=f"{url}/models", advice="is this a vLLM server?"
        ) from error
    if not models:
        raise EngineAnswerError("serves no model", where=f"{url}/models")
    return models


def read_tokens(answer: Any, url: str) -> tuple[list[int], bool]:
    """Read token ids from the answer of ``/v1/completions``, and whether the model ended by itself.

    Raises
    ------
    EngineAnswerError
        When they are not there.
    """
    try:
        choice = answer["choices"][0]
        token_ids, reason = choice["token_ids"], choice["finish_reason"]
    except (KeyError, IndexError, TypeError) as error:
        raise EngineAnswerError(
            f"no token ids in the answer: {str(answer)[:_QUOTE]!r}",
            where=url,
            advice="the server must know return_token_ids (vLLM 0.10.2 or newer)",
        ) from error
    if not isinstance(token_ids, list) or not all(type(token) is int and 0 <= token < _MOST_IDS for token in token_ids):
        raise EngineAnswerError(f"not a list of token ids: {str(token_ids)[:_QUOTE]!r}", where=url)
    if reason == "abort" or (not token_ids and reason != "stop"):
        raise _PassingError(EngineUnavailableError(f"the server broke off (finish_reason {reason!r})", where=url))
    return token_ids, reason == "stop"
