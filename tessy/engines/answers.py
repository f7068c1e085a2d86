"""What ``/v1/completions`` answers, whole or piece by piece."""

from dataclasses import dataclass
from typing import Annotated, Any

from annotated_types import Ge, Lt, MinLen
from pydantic import Strict, TypeAdapter, ValidationError

from tessy.errors import EngineAnswerError, EngineError, EngineUnavailableError
from tessy.vllm_plugin.extra_args import OWN, STOP_REASONS

QUOTE = 200
"""The most characters of an answer that an error message shows."""
_Token = Annotated[int, Strict(), Ge(0), Lt(1 << 31)]


@dataclass(frozen=True, slots=True)
class Completion:
    """New tokens, and why they end.

    Attributes
    ----------
    token_ids
        The new ids; a stop token may be the last one.
    finish_reason
        ``stop``, ``length``, ``abort``, ...; None while more is to come.
    stop_reason
        With ``stop``: the stop token's id, one of our plugin's reasons, or None for the model's own end.
    cached
        Tokens of the context that did not have to be read; None where the server does not say.
    """

    token_ids: list[int]
    finish_reason: str | None = None
    stop_reason: Any = None
    cached: int | None = None

    @property
    def ended(self) -> bool:
        """Whether the model ended by itself: a stop of our plugin is not the model's."""
        return self.finish_reason == "stop" and (self.stop_reason == OWN or self.stop_reason not in STOP_REASONS)


@dataclass(slots=True)
class _Choice:
    token_ids: list[_Token]
    finish_reason: str | None
    stop_reason: Any = None


@dataclass(slots=True)
class _Details:
    cached_tokens: int | None = None


@dataclass(slots=True)
class _Usage:
    prompt_tokens_details: _Details | None = None


@dataclass(slots=True)
class _Answer:
    choices: Annotated[list[_Choice], MinLen(1)]
    usage: _Usage | None = None


# Reads only what is named above: the prompt, which vLLM sends back with the answer, never becomes Python objects.
_ANSWER = TypeAdapter(_Answer)


def read_completion(body: bytes, url: str) -> Completion:
    """Read an answer, or one piece of a streamed one.

    Raises
    ------
    EngineAnswerError
        When it is no JSON, or has no token ids.
    """
    try:
        answer = _ANSWER.validate_json(body)
    except ValidationError as error:
        raise _explain(error, body, url) from error
    choice = answer.choices[0]
    details = answer.usage and answer.usage.prompt_tokens_details
    return Completion(
        choice.token_ids, choice.finish_reason, choice.stop_reason, details.cached_tokens if details else None
    )


def _explain(error: ValidationError, body: bytes, url: str) -> EngineAnswerError:
    fault = error.errors(include_url=False)[0]
    quote = repr(body[:QUOTE].decode(errors="replace"))
    if fault["type"] == "json_invalid":
        return EngineAnswerError(f"not JSON: {quote}", where=url, advice="is this a vLLM server's URL?")
    if "token_ids" in fault["loc"] and fault["type"] != "missing":
        return EngineAnswerError(f"not a list of token ids: {str(fault['input'])[:QUOTE]!r}", where=url)
    return EngineAnswerError(
        f"no token ids in the answer: {quote}",
        where=url,
        advice="the server must know return_token_ids (vLLM 0.10.2 or newer)",
    )


def broken_off(completion: Completion, url: str) -> EngineError | None:
    """Explain an answer that a stopping server cut off, None for a whole one."""
    reason = completion.finish_reason
    if reason == "abort" or (not completion.token_ids and reason != "stop"):
        return EngineUnavailableError(f"the server broke off (finish_reason {reason!r})", where=url)
    return None
