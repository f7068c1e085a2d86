"""What the two models cost without hand-overs: each writes what it contributed in one go, having read the rest once."""

import asyncio
import time
from collections.abc import Mapping, Sequence

import httpx

from benchmarks.interleaving.measurement import Written
from tessy.trace import Role
from tessy.vocabulary import Vocabulary


async def alone(
    client: httpx.AsyncClient,
    urls: Mapping[Role, str],
    vocabularies: Mapping[Role, Vocabulary],
    prompts: Mapping[Role, Mapping[str, Sequence[int]]],
    written: Sequence[Written],
) -> dict[Role, float]:
    """Let each model, one after the other, do its share of all traces at once; returns seconds by role.

    One request a trace: it reads the prompt and all the other wrote, and generates as many tokens as it contributed.

    Parameters
    ----------
    client
        Reaches the servers.
    urls, vocabularies
        By role; the served models are named like the roles.
    prompts
        By role and prompt id, the ids of the rendered prompt.
    written
        The traces whose tokens are to be made.
    """
    seconds = {}
    for role, url in urls.items():
        vocabulary = vocabularies[role]
        bodies = [
            {
                "model": role.value,
                "prompt": [*prompts[role][trace.prompt], *vocabulary.encode("".join(trace.read_by(role)))],
                "max_tokens": trace.kept[role],
                "temperature": 0.0,
                "ignore_eos": True,
                "return_token_ids": True,
            }
            for trace in written
            if trace.kept.get(role)
        ]
        started = time.perf_counter()
        answers = await asyncio.gather(*(client.post(f"{url}/v1/completions", json=body) for body in bodies))
        seconds[role] = time.perf_counter() - started
        for answer, body in zip(answers, bodies, strict=True):
            made = answer.raise_for_status().json()["choices"][0]["token_ids"]
            if len(made) != body["max_tokens"]:
                raise RuntimeError(f"{len(made)} tokens where {body['max_tokens']} were asked for")
    return seconds
