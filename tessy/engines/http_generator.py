"""One session's part on a server: there its keys and values, by name or in the prefix cache; here its ids, encoded."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from tessy.engines.completions import complete, complete_until
from tessy.engines.encoded_ids import EncodedIds
from tessy.engines.generator import Generated, Turn
from tessy.errors import EngineAnswerError
from tessy.vllm_plugin.extra_args import BEFORE, STOP_REASONS, session_argument, stop_arguments
from tessy.watch import Watch

if TYPE_CHECKING:
    from tessy.engines.http import HttpEngine


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
        # Servers are shared: no other program may choose the same name.
        self._session = session_argument(uuid4().hex)

    async def generate(self, turn: Turn) -> Generated:
        """Send the ids; with a rule, stop at the boundary, there or here."""
        engine, url = self._engine, self._url
        patience = engine.settings.patience
        size, stop = len(turn.token_ids), turn.stop
        prompt = self._encoded.update(turn.token_ids, turn.unchanged)
        options = self._options(turn)
        if engine.has_plugin:
            options["vllm_xargs"] = {**self._session, **(stop_arguments(stop) if stop else {})}
        finder = engine.finder if stop else None
        if finder is None or stop is None or not engine.stops_inside:
            content = _body(prompt, options)
            answer = await complete(engine.client, url, content, max_tokens=turn.max_tokens, patience=patience)
        elif engine.streams:
            # At least one: an engine that missed its plugin streams whatever the settings say.
            interval = max(1, engine.settings.stream_tokens)
            content = _body(prompt, {**options, "stream": True, "stream_interval": interval})
            answer = await complete_until(
                engine.client,
                url,
                content,
                lambda: stop.watch(finder),
                max_tokens=turn.max_tokens,
                patience=patience,
            )
        else:
            content = _body(prompt, options)
            answer = await complete(engine.client, url, content, max_tokens=turn.max_tokens, patience=patience)
            if answer.stop_reason not in STOP_REASONS and _goes_on(stop.watch(finder), answer.token_ids):
                engine.miss_plugin(url)
        judged = engine.is_judged(stop, answer.stop_reason)
        if judged is False:
            engine.miss_plugin(url)
        at_boundary = bool(judged) and answer.stop_reason == BEFORE
        new = answer.token_ids[:-1] if at_boundary else answer.token_ids
        if new and max(new) >= engine.ids:
            raise EngineAnswerError(
                f"token {max(new)} is none of this tokenizer's",
                where=url,
                advice="the server's model has another tokenizer; name the right one",
            )
        cached = min(answer.cached or 0, size)
        prefilled = size - cached
        return Generated(new, answer.ended, prefilled, cached, judged=bool(judged), at_boundary=at_boundary)

    def _options(self, turn: Turn) -> dict[str, Any]:
        sampling = self._engine.settings.sampling
        return {
            "model": self._engine.name,
            "max_tokens": turn.max_tokens,
            "temperature": sampling.temperature,
            "top_p": sampling.top_p,
            "top_k": sampling.top_k,
            "seed": turn.seed,
            "stop_token_ids": sorted(turn.end_ids),
            "skip_special_tokens": False,
            "return_token_ids": True,
        }

    def close(self) -> None:
        """Forget the encoded ids."""
        self._encoded = EncodedIds()
        # Servers are shared: no other program may ever choose the same name.
        self._session = session_argument(uuid4().hex)


def _goes_on(watch: Watch, token_ids: Sequence[int]) -> bool:
    """Say whether a draft goes on after its boundary."""
    return any(watch.push(token) for token in token_ids[:-1])


def _body(prompt: bytes, options: dict[str, Any]) -> bytes:
    return b"".join((b'{"prompt":[', prompt, b"],", json.dumps(options).encode()[1:]))
