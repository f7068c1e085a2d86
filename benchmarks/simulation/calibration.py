"""Measures real vLLM servers, to simulate them: time of a step, of reading, of a request, and of two at once."""

import asyncio
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import httpx
import numpy as np

from tessy.engines.transport import open_transport
from tessy.errors import EngineError

_SHORT = 4
_MORE_TOKENS = (8, 120)
# Seconds a batch of requests may take.
_PATIENCE = 1.0
_REPETITIONS = 5
_OVERLAP_TOKENS = 16
_PROMPT, _FAR, _BATCHES = 32, 384, (1, 8, 32, 64)
# A prompt that is cached but for its last token, in blocks of up to 128.
_CACHED = 129
# Requests that run while others join them, and how many come together.
_RUNNING, _JOINING = 8, (1, 8)
# Lengths of prompts that nothing else here has, and how many numbers of tokens come up before one of them comes again:
# more than vLLM's kernels for CPUs are remembered for.
_SIZES, _SIZES_TRIED, _SIZES_BETWEEN = (_CACHED + 1, _FAR), 9, 140
# Ids of plain tokens in any vocabulary: behind the special ones, below the smallest vocabulary's end.
_IDS = (20, 90)


Prompt = Sequence[int] | Sequence[Sequence[int]] | str
"""A text, as ids or not, or several in one request."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One server's times in seconds; the names are those of `StepCost` and `Connection`."""

    base: float
    request: float
    token: float
    context: float
    mixed: float
    join: float
    size: float
    build: float
    front: float
    front_id: float
    front_text: float
    chunk: float
    client: float
    client_chunk: float
    steps: dict[int, float]


class Client:
    """Sends batches of requests to one server and says how long they took."""

    def __init__(self, url: str, random: np.random.Generator) -> None:
        self._http = httpx.AsyncClient(base_url=url.rstrip("/"), timeout=300.0, transport=open_transport())
        self._random = random
        self._model = ""
        self.room = 0
        self.cpu = 0.0
        """CPU seconds that this process takes for a request of one token."""

    async def start(self) -> None:
        """Ask the server for its model, and let it warm up."""
        try:
            answer = await self._http.get("/v1/models")
            answer.raise_for_status()
        except httpx.HTTPError as error:
            raise EngineError(f"no vLLM server answers: {error}", where=str(self._http.base_url)) from error
        card = answer.json()["data"][0]
        self._model, self.room = card["id"], int(card["max_model_len"])
        for batch in _BATCHES:
            await self.batch(self.prompts(batch, _PROMPT), _SHORT)

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    def prompts(self, count: int, length: int) -> list[list[int]]:
        """Draw prompts that no server has seen."""
        drawn: list[list[int]] = self._random.integers(*_IDS, (count, length)).tolist()
        return drawn

    async def text(self, length: int) -> str:
        """Return a text of about so many tokens."""
        words = "one two " * 16
        answer = await self._http.post("/tokenize", json={"model": self._model, "prompt": words})
        if answer.is_error:
            raise EngineError(f"the server does not tokenize: {answer.text[:200]}", where=str(self._http.base_url))
        return words * max(1, length // int(answer.json()["count"]))

    async def batch(self, prompts: Sequence[Prompt], tokens: int, *, stream: bool = False) -> float:
        """Return the seconds from the first request to the last answer, all sent at once."""
        body: dict[str, object] = {"model": self._model, "max_tokens": tokens, "ignore_eos": True, "temperature": 0.0}
        body["stream"] = stream
        begin = time.perf_counter()
        answers = await asyncio.gather(
            *(self._http.post("/v1/completions", json={**body, "prompt": prompt}) for prompt in prompts)
        )
        seconds = time.perf_counter() - begin
        for answer in answers:
            if answer.is_error:
                raise EngineError(f"the server refused a request: {answer.text[:200]}", where=str(self._http.base_url))
        return seconds

    async def step(self, batch: int, length: int) -> float:
        """Return the seconds of a step with so many rows and contexts of about `length` tokens."""
        prompts = self.prompts(batch, length)
        await self.batch(prompts, _SHORT)
        guess = await self.batch(prompts, _SHORT) / _SHORT
        more = int(np.clip(_PATIENCE / guess, *_MORE_TOKENS))
        # Whatever else the machine does only adds time: the least of several is nearest to what the server takes.
        long = min([await self.batch(prompts, _SHORT + more) for _ in range(_REPETITIONS)])
        short = min([await self.batch(prompts, _SHORT) for _ in range(_REPETITIONS)])
        return max(long - short, 1e-6) / more

    async def chunk(self) -> tuple[float, float]:
        """Return what streaming adds to a token, with many requests at once: seconds, and CPU seconds of the client."""
        prompts = self.prompts(_BATCHES[-1], _PROMPT)
        await self.batch(prompts, _SHORT)
        streamed = min([await self.batch(prompts, _OVERLAP_TOKENS, stream=True) for _ in range(_REPETITIONS)])
        cpu = -time.process_time()
        await self.batch(prompts, _OVERLAP_TOKENS, stream=True)
        cpu += time.process_time()
        whole = min([await self.batch(prompts, _OVERLAP_TOKENS) for _ in range(_REPETITIONS)])
        tokens = _BATCHES[-1] * _OVERLAP_TOKENS
        return max(streamed - whole, 0.0) / tokens, max(cpu / tokens - self.cpu / _OVERLAP_TOKENS, 0.0)

    async def read(self, length: int, batch: int = 1) -> float:
        """Return the seconds until new prompts of so many tokens are read and one token each is made."""
        return min([await self.batch(self.prompts(batch, length), 1) for _ in range(_REPETITIONS)])

    async def kernels(self) -> tuple[float, float]:
        """Return the seconds by which a step takes longer whose number of tokens has not come up lately, or never."""
        numbers = np.arange(_SIZES[0], min(_SIZES[1], self.room - _SHORT))
        lengths = self._random.permutation(numbers)[: _SIZES_TRIED + _SIZES_BETWEEN].tolist()
        never = [await self.batch(self.prompts(1, length), 1) for length in lengths][:_SIZES_TRIED]
        lately = [(await self.batch(self.prompts(1, n), 1), await self.read(n)) for n in lengths[:_SIZES_TRIED]]
        size = statistics.median(first - again for first, again in lately)
        build = statistics.median(first - again for first, (_, again) in zip(never, lately, strict=True))
        return max(size, 0.0), max(build, 0.0)

    async def again(self, prompt: Sequence[int] | str, count: int) -> float:
        """Return the seconds of requests with a prompt that is cached, for one token each."""
        cpu = -time.process_time()
        await self.batch([prompt] * count, 1)
        self.cpu = (cpu + time.process_time()) / count
        return min([await self.batch([prompt] * count, 1) for _ in range(2 * _REPETITIONS)])

    async def join(self, count: int) -> float:
        """Return the seconds by which so many texts to be read, for one token each, hold up those that run."""
        # In one request, so that they come together; what is cached of them is the same each time.
        running, prompt = self.prompts(_RUNNING, _PROMPT), [self.prompts(count, _CACHED)]
        tokens = _MORE_TOKENS[1]
        await self.batch(prompt, 1)
        await self.batch(running, tokens)
        alone, joined_by = [], []
        for _ in range(_REPETITIONS):
            alone.append(await self.batch(running, tokens))
            others = asyncio.create_task(self.batch(running, tokens))
            joined = 0
            while not others.done():
                await self.batch(prompt, 1)
                joined += 1
            joined_by.append((await others, joined))
        return min((seconds - min(alone)) / joined for seconds, joined in joined_by)


async def measure_server(client: Client) -> Measured:
    """Measure one server alone."""
    steps = {batch: await client.step(batch, _PROMPT) for batch in _BATCHES}
    far = max(_PROMPT * 2, min(_FAR, client.room - 2 * _MORE_TOKENS[1]))
    deep = await client.step(8, far)
    near_read, far_read = await client.read(_PROMPT), await client.read(far)
    cost = _fit(steps, deep, far, (far_read - near_read) / (far - _PROMPT))
    size, build = await client.kernels()
    mixed, join = _joining(*[await client.join(count) for count in _JOINING], cost[1] + cost[2])
    prompt = client.prompts(1, _CACHED)[0]
    await client.again(prompt, 1)
    one, many = await client.again(prompt, 1), await client.again(prompt, 32)
    # 31 requests more cost 31 times a front end, and a row each in the step they share.
    front = max((many - one) / 31 - cost[1] - cost[2], 0.0)
    words = await client.text(_CACHED + far)
    long_prompt = client.prompts(1, _CACHED + far)[0]
    await client.again(long_prompt, 1)
    await client.again(words, 1)
    ids, text = await client.again(long_prompt, 8), await client.again(words, 8)
    short = await client.again(prompt, 8)
    front_id = max(ids - short, 0.0) / (8 * far)
    front_text = max(text - short, 0.0) / (8 * far)
    chunk, client_chunk = await client.chunk()
    return Measured(
        *cost,
        mixed=mixed,
        join=join,
        size=size,
        build=build,
        front=front,
        front_id=front_id,
        front_text=front_text,
        chunk=chunk,
        client=client.cpu,
        client_chunk=client_chunk,
        steps=steps,
    )


def _joining(one: float, many: float, row: float) -> tuple[float, float]:
    """Return what a step costs more to which requests come, and each of them, from what one costs and many together."""
    join = max((many - one) / (_JOINING[1] - _JOINING[0]) - row, 0.0)
    return max(one - join - row, 0.0), join


def _fit(steps: dict[int, float], deep: float, far: int, token: float) -> tuple[float, float, float, float]:
    """Fit base, request and context by least squares of relative errors, none below 0; `token` was measured."""
    from scipy.optimize import nnls

    rows = [[1.0, batch, batch * (_PROMPT + _SHORT)] for batch in steps] + [[1.0, 8, 8 * (far + _SHORT)]]
    seconds = [*steps.values(), deep]
    arithmetic = [max(token, 0.0) * row[1] for row in rows]
    target = np.array(seconds) - np.array(arithmetic)
    scale = 1.0 / np.array(seconds)
    (base, request, context), _ = nnls(np.array(rows) * scale[:, None], target * scale)
    return float(base), float(request), max(token, 0.0), float(context)


async def measure_overlap(clients: Sequence[Client]) -> float:
    """Return the speed of two servers while both compute, as a share of their speed alone."""
    prompts = [client.prompts(16, _PROMPT) for client in clients]
    alone = [
        statistics.median([await client.batch(asked, _OVERLAP_TOKENS) for _ in range(_REPETITIONS)])
        for client, asked in zip(clients, prompts, strict=True)
    ]
    first, second = clients
    until = time.perf_counter() + 6 * max(alone)
    shares = await asyncio.gather(
        _share(first, prompts[0], alone[0], until), _share(second, prompts[1], alone[1], until)
    )
    return min(1.0, sum(shares) / 2)


async def _share(client: Client, prompts: Sequence[Sequence[int]], alone: float, until: float) -> float:
    """Repeat a batch until a moment that both servers share; return the speed as a share of that alone."""
    begin, batches = time.perf_counter(), 0
    while time.perf_counter() < until or batches < 2:
        await client.batch(prompts, _OVERLAP_TOKENS)
        batches += 1
    return batches * alone / (time.perf_counter() - begin)


Calibration = tuple[list[Measured], float]
"""Servers, and how they slow each other down."""


def middle(calibrations: Sequence[Calibration]) -> Calibration:
    """Return the medians of several calibrations of the same servers, figure by figure.

    Of `build` it is the largest: what has come up before is not built again.
    """
    servers = [
        Measured(
            **{
                field.name: (max if field.name == "build" else _median)([getattr(one, field.name) for one in same])
                for field in fields(Measured)
            }
        )
        for same in zip(*(servers for servers, _ in calibrations), strict=True)
    ]
    return servers, statistics.median(overlap for _, overlap in calibrations)


def _median(values: Sequence[Any]) -> Any:
    if isinstance(values[0], dict):
        return {key: statistics.median(value[key] for value in values) for key in values[0]}
    return statistics.median(values)


async def calibrate(urls: Sequence[str], seed: int) -> Calibration:
    """Measure each server, and how they slow each other down (1 where there is only one)."""
    random = np.random.default_rng(seed)
    clients = [Client(url, random) for url in urls]
    try:
        for client in clients:
            await client.start()
        measured = [await measure_server(client) for client in clients]
        overlap = await measure_overlap(clients) if len(clients) == 2 else 1.0
    finally:
        for client in clients:
            await client.close()
    return measured, overlap
