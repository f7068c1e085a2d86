"""A language model on a vLLM server that scores texts: ``prompt_logprobs`` of ``/v1/completions``, over HTTP."""

import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import TYPE_CHECKING, Any

import httpx
import numpy as np

from analysis.loss.language_model import Reading, Receive, TokenScores
from analysis.loss.server import Server
from detectors.encoding import load_tokenizer
from detectors.errors import UsageError
from detectors.serving import API_KEY

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast


class ServedModel:
    """Asks a vLLM server how likely the tokens of a prompt are; prompts are sent as token ids.

    The server answers for no fewer than one new token, so the longest reading is one token shorter than its context.
    Among tokens with equal logits it ranks the scored one last, `LocalModel` first; nothing else of a rank differs.

    Parameters
    ----------
    url
        The server, such as ``http://127.0.0.1:8000``, with or without its path.
    tokenizer
        Folder or hub name of the model's tokenizer; what the server says its model is when None.
    model
        The model's name there; the first that the server lists when None.
    context
        Tokens a reading may have; as many as the server takes when None.
    concurrency
        Requests in the air at once.
    timeout, tries, wait, api_key_env, transport
        As `Server` takes them.

    Raises
    ------
    UsageError
        When the URL is none or the key cannot be sent.
    """

    def __init__(
        self,
        url: str,
        *,
        tokenizer: str | None = None,
        model: str | None = None,
        context: int | None = None,
        concurrency: int = 8,
        timeout: float = 600.0,
        tries: int = 4,
        wait: float = 0.5,
        api_key_env: str = API_KEY,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._server = Server(
            url, timeout=timeout, tries=tries, wait=wait, api_key_env=api_key_env, transport=transport
        )
        self._named, self._tokenizer_name, self._wanted = model, tokenizer, context
        self._concurrency = concurrency

    @cached_property
    def tokenizer(self) -> "PreTrainedTokenizerFast":
        """The model's tokenizer, which runs here."""
        name = self._tokenizer_name or str(self._card.get("root") or self._card["id"])
        try:
            return load_tokenizer(name)
        except UsageError as error:
            raise UsageError(
                error.message, advice="name the tokenizer of the server's model with --tokenizer"
            ) from error

    @cached_property
    def context(self) -> int:
        """The longest reading, in tokens.

        Raises
        ------
        UsageError
            When a longer one was asked for than the server takes, or the server does not say how long.
        """
        most = self._card.get("max_model_len")
        if not isinstance(most, int):
            if self._wanted is None:
                raise UsageError(
                    f"{self._server.url} does not say how long its context is", advice="say it with --context"
                )
            return self._wanted
        if (self._wanted or 0) >= most:
            raise UsageError(
                f"a context of {self._wanted} tokens is too long for a server whose own is {most}",
                advice=f"one of them is for a new token: --context {most - 1} at most",
            )
        return self._wanted or most - 1

    def describe(self) -> Mapping[str, Any]:
        """Say the model's name on the server, which does not tell what weights run there."""
        return {"model": str(self._card["id"]), "served": True}

    def read(self, readings: Sequence[Reading], receive: Receive) -> None:
        """Score readings, several at once; Ctrl-C ends the requests in the air.

        Raises
        ------
        EndpointError
            When the server does not answer after every try, refuses, or answers something else.
        """
        model = str(self._card["id"])
        waiting = iter(enumerate(readings))

        async def work(client: httpx.AsyncClient) -> None:
            for index, reading in waiting:
                body = {"model": model, "prompt": list(reading.token_ids), "max_tokens": 1, "prompt_logprobs": 0}
                receive(index, self._scores(await self._server.ask(client, "POST", "completions", body), reading))

        async def read_all() -> None:
            async with self._server.client() as client, asyncio.TaskGroup() as group:
                for _ in range(min(self._concurrency, len(readings))):
                    group.create_task(work(client))

        try:
            _run(read_all())
        except BaseExceptionGroup as failures:
            raise failures.exceptions[0] from None

    @cached_property
    def _card(self) -> Mapping[str, Any]:
        """What the server says of its model."""

        async def ask() -> Any:
            async with self._server.client() as client:
                return await self._server.ask(client, "GET", "models")

        answer = _run(ask())
        try:
            cards = {str(card["id"]): card for card in answer["data"]}
            name = self._named or next(iter(cards))
        except (KeyError, TypeError, StopIteration) as error:
            raise self._server.strange(answer, "a list of models") from error
        if name not in cards:
            raise UsageError(f"{self._server.url} has no model {name!r}", advice=f"it has {', '.join(cards)}")
        card: Mapping[str, Any] = cards[name]
        return card

    def _scores(self, answer: Any, reading: Reading) -> TokenScores:
        wanted = "a finite log-probability for each token of the prompt"
        try:
            found = answer["choices"][0]["prompt_logprobs"]
            entries = [entry[str(token)] for token, entry in zip(reading.token_ids[1:], found[1:], strict=True)]
            scored = entries[reading.first - 1 :]
            nats = np.array([-float(entry["logprob"]) for entry in scored], dtype=np.float64)
            ranks = np.array([int(entry["rank"]) for entry in scored], dtype=np.int64)
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise self._server.strange(answer, wanted) from error
        if not np.isfinite(nats).all():
            raise self._server.strange(answer, wanted)
        return TokenScores(nats, ranks)


def _run(work: Coroutine[Any, Any, Any]) -> Any:
    """Run a coroutine to its end; where an event loop runs already, as in a notebook, in a thread of its own."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(asyncio.run, work).result()
