"""What an endpoint gives back: an answer, or the reason why there is none."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import httpx

from analysis.annotation.faults import (
    NoAnswerError,
    NotACompletionError,
    RequestRefusedError,
    ServerFailureError,
)
from analysis.annotation.prompts import Message

_PASSING_STATUS = frozenset({408, 425, 429})
_QUOTE = 200


@dataclass(frozen=True, slots=True)
class Completion:
    """One answer of a chat model.

    Attributes
    ----------
    text
        The answer, without what the server recognised as thinking; empty when there is none.
    cut_off
        Whether it ended at the limit of tokens.
    prompt_tokens, completion_tokens
        What the endpoint counted; 0 when it does not say.
    """

    text: str
    cut_off: bool = False
    prompt_tokens: int = 0
    completion_tokens: int = 0


Complete = Callable[[Sequence[Message]], Awaitable[Completion]]
"""Sends a dialogue to a model and returns its answer; raises `NoAnswerError`."""


def read_completion(response: httpx.Response) -> Completion:
    """Read a successful answer of ``/v1/chat/completions``.

    Raises
    ------
    NotACompletionError
        When it is no chat completion.
    """
    try:
        body = response.json()
        choice = body["choices"][0]
        content = choice["message"]["content"]
        reason = choice.get("finish_reason")
        usage = body.get("usage") or {}
        counts = [int(usage.get(name) or 0) for name in ("prompt_tokens", "completion_tokens")]
        if not isinstance(content, str | None):
            raise TypeError("the answer is not text")
    except (KeyError, IndexError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise NotACompletionError(
            f"not a chat completion: {response.text[:_QUOTE]!r}",
            where=str(response.request.url),
            advice="is this an OpenAI-compatible endpoint?",
        ) from error
    return Completion(content or "", reason == "length", *counts)


def refusal(response: httpx.Response, key_name: str) -> NoAnswerError:
    """Explain a status that is no success; `key_name` is the environment variable of the key."""
    status, where = response.status_code, str(response.request.url)
    message = f"status {status}: {response.text[:_QUOTE]!r}"
    if status in _PASSING_STATUS or status >= 500:
        advice = "see the server's log" if status >= 500 else "lower --concurrency"
        pause = response.headers.get("retry-after", "")
        return ServerFailureError(
            message, where=where, advice=advice, retry_after=float(pause) if pause.isdecimal() else 0.0
        )
    match status:
        case 401 | 403:
            advice = f"set the environment variable {key_name} to the key, or name another with --api-key-env"
        case 404:
            advice = "check the URL and the model's name"
        case _:
            advice = ""
    return RequestRefusedError(message, where=where, advice=advice)
