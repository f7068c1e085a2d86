"""What a server says about itself before the first prompt: its models, our plugin in it, its blocks."""

import json
import re
from collections.abc import Mapping
from typing import Any

import httpx

from tessy.engines.answers import QUOTE, read_completion
from tessy.engines.requests import PassingError, RefusedError, ask, retried
from tessy.errors import EngineAnswerError, EngineError
from tessy.vllm_plugin.extra_args import READY, probe_arguments

_PATIENCE = 5.0
_CACHE = re.compile(r"^vllm:cache_config_info\{(.*)\}", re.MULTILINE)
_BLOCK_SIZE = re.compile(r'(?:^|,)block_size="(\d{1,9})"')


async def served_models(client: httpx.AsyncClient, url: str) -> dict[str, Mapping[str, Any]]:
    """Ask a server for its models, by name.

    Raises
    ------
    EngineUnavailableError
        When it does not answer within a few seconds.
    EngineAnswerError
        When its answer is not a list of models.
    """
    where = f"{url}/models"

    async def attempt() -> bytes:
        return await ask(client, "GET", where)

    body = await retried(attempt, _PATIENCE)
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError) as error:
        quote = repr(body[:QUOTE].decode(errors="replace"))
        raise EngineAnswerError(f"not JSON: {quote}", where=where, advice="is this a vLLM server's URL?") from error
    try:
        models = {str(model["id"]): model for model in answer["data"]}
    except (KeyError, TypeError) as error:
        raise EngineAnswerError(
            f"not a list of models: {str(answer)[:QUOTE]!r}", where=where, advice="is this a vLLM server?"
        ) from error
    if not models:
        raise EngineAnswerError("serves no model", where=where)
    return models


async def knows_detector(client: httpx.AsyncClient, url: str, model: str, fingerprint: str) -> bool:
    """Ask a server whether `tessy.vllm_plugin` runs in it and knows a detector.

    Raises
    ------
    EngineError
        When the server cannot continue token ids at all.
    """
    where = f"{url}/completions"
    body = {
        "model": model,
        "prompt": [0],
        "max_tokens": 2,
        "temperature": 0.0,
        "return_token_ids": True,
        "vllm_xargs": probe_arguments(fingerprint),
    }
    content = json.dumps(body).encode()

    async def attempt() -> bytes:
        return await ask(client, "POST", where, content)

    try:
        answer = await retried(attempt, _PATIENCE)
    except RefusedError:  # it does not know such arguments
        return False
    return bool(read_completion(answer, where).stop_reason == READY)


async def block_size(client: httpx.AsyncClient, url: str) -> int | None:
    """Read from a server's metrics how many tokens a block of its prefix cache holds; None where it does not say."""
    try:
        metrics = (await ask(client, "GET", f"{url.removesuffix('/v1')}/metrics")).decode(errors="replace")
    except (PassingError, EngineError):  # behind a router, metrics are often not there
        return None
    sizes = [int(found[1]) for line in _CACHE.finditer(metrics) if (found := _BLOCK_SIZE.search(line[1]))]
    return max(sizes, default=None)
