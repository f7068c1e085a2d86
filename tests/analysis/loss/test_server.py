import asyncio
import json

import httpx

from analysis.loss.server import Server


def test_half_of_a_surrogate_pair_arrives():
    got = []

    def answer(request):
        got.append((request.headers["content-type"], json.loads(request.content)))
        return httpx.Response(200, json={"ok": True})

    server = Server(
        "http://127.0.0.1:1",
        timeout=5,
        tries=1,
        wait=0.001,
        api_key_env="NO_KEY",
        transport=httpx.MockTransport(answer),
    )

    async def ask():
        async with server.client() as client:
            return await server.ask(client, "POST", "tokenize", {"prompt": "a\ud800"})

    assert asyncio.run(ask()) == {"ok": True}
    assert got == [("application/json", {"prompt": "a\ud800"})]
