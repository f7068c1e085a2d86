"""A vLLM server (or several replicas of it): token ids in, token ids out, over ``/v1/completions``."""

import asyncio
import logging
import os
from collections.abc import Mapping
from typing import Any

import httpx

from tessy.digests import digest64
from tessy.engines.http_generator import HttpGenerator
from tessy.engines.judged import JudgedEngine
from tessy.engines.served import block_size, knows_detector, served_models
from tessy.engines.tokens import TokenSession
from tessy.engines.transport import open_transport
from tessy.errors import EngineAnswerError, EngineError, ModelMismatchError, UsageError
from tessy.prompts import Prompt
from tessy.provenance import describe_model
from tessy.settings import ModelSettings

_log = logging.getLogger(__name__)
_GOOD_BLOCK = 32
# Models have more rows than their tokenizers have tokens, rounded up to a power of two or so.
_PADDING = 1_024


def _check_url(url: str) -> None:
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL:
        parsed = httpx.URL()
    if not parsed.host or not 0 <= (parsed.port or 0) < 1 << 16:
        raise UsageError(f"{url!r} is not a server's URL", advice="write it like http://127.0.0.1:8000")


class HttpEngine(JudgedEngine):
    """One model on one or more vLLM servers.

    A trace stays on the replica its id picks, so that the server's prefix cache holds its context.

    Parameters
    ----------
    settings
        `model` is the servers' URL or URLs, with or without ``/v1``.
    transport
        Replaces the network, for tests.

    Attributes
    ----------
    has_plugin
        After `start`: whether `tessy.vllm_plugin` runs in every replica and knows the detector, so that drafts end at
        the boundary there.
    streams
        After `start`: whether drafts are judged here as they come, and the server is hung up on at the boundary.
    """

    def __init__(self, settings: ModelSettings, *, transport: httpx.AsyncBaseTransport | None = None) -> None:
        urls = (settings.model,) if isinstance(settings.model, str) else settings.model
        self.settings = settings
        self.urls = tuple(url.rstrip("/").removesuffix("/v1") + "/v1" for url in urls)
        self.name = settings.name
        self._transport = transport
        self._context_length = settings.context_length
        self.has_plugin = False
        self.streams = False

    async def start(self) -> None:
        """Ask every replica what it serves and whether it stops at boundaries, and load the tokenizer.

        Raises
        ------
        EngineUnavailableError, EngineAnswerError, ModelMismatchError, EngineError
            When a replica is down, is no vLLM server, serves another model, or does not say how long its context is.
        UsageError
            When a URL or the key is none, or the tokenizer cannot be found.
        """
        key = self._key()
        for url in self.urls:
            _check_url(url)
        self.client = httpx.AsyncClient(
            headers={"Authorization": f"Bearer {key}"} if key else {},
            timeout=httpx.Timeout(self.settings.request_timeout, connect=10.0, pool=None),
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=None),
            transport=self._transport or open_transport(),
        )
        try:
            self._root = await self._check_models()
            await asyncio.to_thread(self._load_vocabulary, self._root)
            self.has_plugin = await self._ask_for_plugin()
            self.streams = self.finder is not None and not self.has_plugin and self.settings.stream_tokens > 0
            self.stops_inside = self.has_plugin or self.streams
            self.tap(self.name, is_known=self.has_plugin)
            if not self.has_plugin:
                await self._look_at_blocks()
        except BaseException:
            await self.client.aclose()
            raise

    def _key(self) -> str:
        key = os.environ.get(self.settings.api_key_env, "").strip()
        if key and not (key.isascii() and key.isprintable()):
            raise UsageError(
                f"the key in {self.settings.api_key_env} has signs that no key has",
                advice="set it to the key alone, one line of ASCII",
            )
        return key

    async def _check_models(self) -> str:
        root = ""
        for url in self.urls:
            served = await served_models(self.client, url)
            if not self.name and len(served) > 1:
                names = ", ".join(map(repr, served))
                raise ModelMismatchError(f"serves several models: {names}", where=url, advice="name one of them")
            self.name = self.name or next(iter(served))
            if self.name not in served:
                names = ", ".join(map(repr, served))
                raise ModelMismatchError(
                    f"serves {names}, not {self.name!r}",
                    where=url,
                    advice="check the URL and the model's name; teacher and student may be exchanged",
                )
            model = served[self.name]
            root = root or str(model.get("root") or self.name)
            length = model.get("max_model_len") or 0
            if not isinstance(length, int):
                raise EngineAnswerError(f"max_model_len {length!r} is not a number", where=url)
            if length:
                self._context_length = min(self._context_length or length, length)
        if not self._context_length:
            raise EngineError(
                "the server does not say how long its context is", where=self.urls[0], advice="set context_length"
            )
        return root

    def _load_vocabulary(self, root: str) -> None:
        from tessy.chat import Chat
        from tessy.vocabulary import Vocabulary

        name = self.settings.tokenizer or root
        try:
            vocabulary = Vocabulary.load(name, trust_remote_code=self.settings.trust_remote_code)
        except UsageError as error:
            raise UsageError(
                f"no tokenizer for model {self.name!r}: {error.message}",
                where=self.urls[0],
                advice="give the tokenizer's folder or name (--student-tokenizer, --teacher-tokenizer)",
            ) from error
        self.ids = len(vocabulary.tokenizer) + _PADDING
        self.compile(vocabulary)
        self.chat = Chat(vocabulary, template_options=self.settings.template_options)

    async def _ask_for_plugin(self) -> bool:
        fingerprint = self.stops_by
        if fingerprint is None:
            return False
        known = [await knows_detector(self.client, url, self.name, fingerprint) for url in self.urls]
        if any(known) and not all(known):
            without = ", ".join(url for url, knows in zip(self.urls, known, strict=True) if not knows)
            _log.warning(
                "%s: tessy's plugin is not there or does not know detector %s, as in the other replicas; none is asked "
                "to stop at boundaries. Set TESSY_DETECTORS where the server starts",
                without,
                fingerprint,
            )
        return all(known)

    def miss_plugin(self, url: str) -> None:
        """Go on without the plugin: a server did not stop, though it said it would, as one does that began anew."""
        if self.has_plugin:
            _log.warning(
                "%s: a draft went on after its boundary, or was not judged; drafts are judged here from now on. Is "
                "TESSY_DETECTORS still set where the server starts?",
                url,
            )
            self.has_plugin, self.streams, self.is_tapped = False, self.finder is not None, False
            self.stops_inside = self.streams

    async def _look_at_blocks(self) -> None:
        for url in self.urls:
            size = await block_size(self.client, url)
            if size is not None and size > _GOOD_BLOCK:
                _log.warning(
                    "%s caches prefixes in blocks of %d tokens: up to %d tokens are read again at every hand-over; "
                    "start it with tessy's plugin, or with --block-size %d, or the smallest it takes",
                    url,
                    size,
                    size - 1,
                    _GOOD_BLOCK,
                )

    def describe(self) -> Mapping[str, Any]:
        """Say the served model's name, and the hashes of its tokenizer and, where its folder is here, its weights."""
        return describe_model(self.name, self._root, self.chat.vocabulary.fingerprint, self.settings)

    def replica(self, trace_id: str) -> str:
        """Pick the server of a trace: always the same one."""
        return self.urls[digest64(trace_id) % len(self.urls)]

    def open(self, prompt: Prompt, *, seed: int) -> TokenSession:
        """Open a session on the trace's replica."""
        generator = HttpGenerator(self, self.replica(prompt.id))
        return TokenSession(self.chat, prompt, generator, context_length=self._context_length, seed=seed)

    async def close(self) -> None:
        """Close the connections."""
        await self.client.aclose()
