"""One session's part on a server: nothing there but its prefix cache, nothing here but the ids, encoded once."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tessy.engines.base import StopRule
from tessy.engines.completions import complete, complete_until
from tessy.engines.encoded_ids import EncodedIds
from tessy.engines.tokens import Generated
from tessy.errors import EngineAnswerError
from tessy.vllm_plugin.extra_args import STOP_REASONS, stop_arguments
from tessy.watch import BoundaryFinder, Watch

if TYPE_CHECKING:
    from tessy.engines.http import HttpEngine


def watch_open(finder: BoundaryFinder, stop: StopRule) -> Watch:
    """Begin to watch a draft, with the tokens that stand open already."""
    watch = finder.watch(stop.before, writes_style=stop.writes_style, first_word_is_own=stop.first_word_is_own)
    for token in stop.open_ids:
        watch.push(token)
    return watch


class HttpGenerator:
    """Continues one context on one server.

    Parameters
    ----------
    engine
        Whose model, settings and connections.
    url
        The server's, with ``/v1``.
    """

    def __init__(self, engine: "HttpEngine", url: str) -> None:
        self._engine = engine
        self._url = f"{url}/completions"
        self._encoded = EncodedIds()

    async def generate(
        self,
        token_ids: Sequence[int],
        *,
        unchanged: int,
        max_tokens: int,
        end_ids: frozenset[int],
        seed: int,
        stop: StopRule | None,
    ) -> Generated:
        """Send the ids; with a rule, stop at the boundary, there or here."""
        engine, url = self._engine, self._url
        patience = engine.settings.patience
        size = len(token_ids)
        prompt = self._encoded.update(token_ids, unchanged)
        options = self._options(max_tokens, end_ids, seed)
        finder = engine.finder if stop else None
        if finder is None or stop is None or not engine.stops_inside:
            content = _body(prompt, options)
            answer = await complete(engine.client, url, content, max_tokens=max_tokens, patience=patience)
        elif engine.streams:
            # At least one: an engine that missed its plugin streams whatever the settings say.
            interval = max(1, engine.settings.stream_tokens)
            content = _body(prompt, {**options, "stream": True, "stream_interval": interval})
            answer = await complete_until(
                engine.client,
                url,
                content,
                lambda: watch_open(finder, stop),
                max_tokens=max_tokens,
                patience=patience,
            )
        else:
            content = _body(prompt, {**options, "vllm_xargs": stop_arguments(stop)})
            answer = await complete(engine.client, url, content, max_tokens=max_tokens, patience=patience)
            if answer.stop_reason not in STOP_REASONS and _goes_on(watch_open(finder, stop), answer.token_ids):
                engine.miss_plugin(url)
        new = answer.token_ids
        if new and max(new) >= engine.ids:
            raise EngineAnswerError(
                f"token {max(new)} is none of this tokenizer's",
                where=url,
                advice="the server's model has another tokenizer; name the right one",
            )
        cached = min(answer.cached or 0, size)
        return Generated(new, answer.ended, prefilled=size - cached, cached=cached)

    def _options(self, max_tokens: int, end_ids: frozenset[int], seed: int) -> dict[str, Any]:
        sampling = self._engine.settings.sampling
        return {
            "model": self._engine.name,
            "max_tokens": max_tokens,
            "temperature": sampling.temperature,
            "top_p": sampling.top_p,
            "top_k": sampling.top_k,
            "seed": seed,
            "stop_token_ids": sorted(end_ids),
            "skip_special_tokens": False,
            "return_token_ids": True,
        }

    def close(self) -> None:
        """Forget the encoded ids."""
        self._encoded = EncodedIds()


def _goes_on(watch: Watch, token_ids: Sequence[int]) -> bool:
    """Say whether a draft goes on after its boundary."""
    return any(watch.push(token) for token in token_ids[:-1])


def _body(prompt: bytes, options: dict[str, Any]) -> bytes:
    return b"".join((b'{"prompt":[', prompt, b"],", json.dumps(options).encode()[1:]))
