import json

import httpx
import pytest
from tenacity import wait_none

from tessy.engines import requests, served
from tessy.engines.served import block_size, knows_detector
from tessy.errors import EngineError, EngineUnavailableError

URL = "http://server/v1"
# As vLLM 0.32 writes them.
METRICS = """# HELP vllm:cache_config_info Information of the LLMEngine CacheConfig
# TYPE vllm:cache_config_info gauge
vllm:cache_config_info{block_size="128",cache_dtype="auto",engine="0",mamba_block_size="None"} 1.0
vllm:num_requests_running{engine="0",model_name="m"} 0.0
"""


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch):
    monkeypatch.setattr(requests, "wait_random_exponential", lambda **_: wait_none())
    monkeypatch.setattr(served, "_PATIENCE", 0.01)


def answering(response):
    seen = []

    def answer(request):
        seen.append(request)
        if isinstance(response, Exception):
            raise response
        return response

    return httpx.AsyncClient(transport=httpx.MockTransport(answer)), seen


@pytest.mark.parametrize(
    ("response", "size"),
    [
        (httpx.Response(200, text=METRICS), 128),
        (httpx.Response(200, text=METRICS + 'vllm:cache_config_info{block_size="256",engine="1"} 1.0\n'), 256),
        (httpx.Response(200, text='vllm:cache_config_info{mamba_block_size="7"} 1.0\n'), None),
        (httpx.Response(200, text='vllm:cache_config_info{block_size="None"} 1.0\n'), None),
        (httpx.Response(200, text=""), None),
        (httpx.Response(200, content=b"\xff\xfe"), None),
        (httpx.Response(404), None),
        (httpx.Response(503), None),
        (httpx.ConnectError("refused"), None),
    ],
)
async def test_the_block_size_is_read_where_it_is_told(response, size):
    client, seen = answering(response)
    async with client:
        assert await block_size(client, URL) == size
    assert [str(request.url) for request in seen] == ["http://server/metrics"]


def completion(**choice):
    return httpx.Response(200, json={"choices": [{"token_ids": [5], "finish_reason": "stop", **choice}]})


@pytest.mark.parametrize(
    ("response", "knows"),
    [
        (completion(stop_reason="tessy:ready"), True),
        (completion(stop_reason=None), False),
        (completion(finish_reason="length"), False),
        (httpx.Response(400, text="extra fields not permitted: vllm_xargs"), False),
        (httpx.Response(422, text="vllm_xargs"), False),
    ],
)
async def test_a_server_with_the_plugin_is_told_from_one_without(response, knows):
    client, seen = answering(response)
    async with client:
        assert await knows_detector(client, URL, "mini", "0123456789abcdef") is knows
    [request] = seen
    body = json.loads(request.content)
    assert body["vllm_xargs"]["tessy_detector"] == "0123456789abcdef"
    assert (body["vllm_xargs"]["tessy_probe"], body["max_tokens"], body["model"]) == (1, 2, "mini")


@pytest.mark.parametrize(
    ("response", "error", "said"),
    [
        (httpx.Response(401), EngineError, "refuses the key"),
        (httpx.Response(503, text="starting"), EngineUnavailableError, "starting"),
        (httpx.Response(200, json={"choices": []}), EngineError, "no token ids"),
    ],
)
async def test_a_server_that_cannot_go_on_at_all_is_said_so(response, error, said):
    client, _ = answering(response)
    async with client:
        with pytest.raises(error, match=said):
            await knows_detector(client, URL, "mini", "0123456789abcdef")
