import json

import httpx
import pytest
from tenacity import wait_none

from tessy.engines import requests, served
from tessy.engines.http import HttpEngine
from tessy.errors import (
    ContextLengthError,
    EngineAnswerError,
    EngineError,
    EngineUnavailableError,
    ModelMismatchError,
    UsageError,
)
from tessy.miniature import student_path
from tessy.prompts import Prompt
from tessy.settings import ModelSettings, Sampling

URL = "http://127.0.0.1:9"
PROMPT = Prompt.from_text("run 3 + 4", id="a")


class Server:
    """Answers like vLLM, or as `faults` say, one fault a request."""

    def __init__(self, *faults, models=("mini",), **model):
        self.faults = list(faults)
        self.models = [{"id": name, "root": str(student_path()), "max_model_len": 512, **model} for name in models]
        self.requests = []
        self.metrics = ""

    def __call__(self, request):
        if request.url.path == "/v1/models":
            return httpx.Response(200, json={"data": self.models})
        if request.url.path == "/metrics":
            return httpx.Response(200, text=self.metrics)
        self.requests.append(request)
        fault = self.faults.pop(0) if self.faults else None
        if isinstance(fault, Exception):
            raise fault
        if isinstance(fault, httpx.Response):
            return fault
        return httpx.Response(
            200, json={"choices": [{"token_ids": [5, 6], "finish_reason": "length", **(fault or {})}]}
        )


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch):
    monkeypatch.setattr(requests, "wait_random_exponential", lambda **_: wait_none())
    monkeypatch.setattr(served, "_PATIENCE", 0.01)


async def start(server, **settings):
    settings = ModelSettings(**{"model": URL, "patience": 5.0, **settings})
    engine = HttpEngine(settings, transport=httpx.MockTransport(server))
    await engine.start()
    return engine


async def draft(server, **settings):
    engine = await start(server, **settings)
    try:
        return await engine.open(PROMPT, seed=3).draft(7)
    finally:
        await engine.close()


async def test_ids_in_ids_out(monkeypatch):
    monkeypatch.setenv("TESSY_API_KEY", "secret")
    server = Server()
    result = await draft(server, sampling=Sampling(temperature=0.5, top_p=0.9, top_k=3))
    assert result.token_ids == (5, 6)
    [request] = server.requests
    body = json.loads(request.content)
    assert request.headers["authorization"] == "Bearer secret"
    assert body["model"] == "mini"
    assert all(type(token) is int for token in body["prompt"])
    assert (body["max_tokens"], body["temperature"], body["top_p"], body["top_k"]) == (7, 0.5, 0.9, 3)
    assert body["return_token_ids"] is True
    assert body["stop_token_ids"]


@pytest.mark.parametrize(
    "fault",
    [
        httpx.ConnectError("refused"),
        httpx.ReadTimeout("slow"),
        httpx.RemoteProtocolError("hung up"),
        httpx.Response(429),
        httpx.Response(500, text="oops"),
        httpx.Response(503),
        {"finish_reason": "abort", "token_ids": []},
    ],
)
async def test_passing_faults_are_tried_again(fault):
    server = Server(fault, fault, fault)
    assert (await draft(server)).token_ids == (5, 6)
    assert len(server.requests) == 4


@pytest.mark.parametrize(
    ("fault", "error", "said"),
    [
        (httpx.Response(401), EngineError, "TESSY_API_KEY"),
        (httpx.Response(404, text="no such model"), ModelMismatchError, "no such model"),
        (httpx.Response(400, text="maximum context length is 5"), ContextLengthError, "context"),
        (httpx.Response(400, text="bad top_p"), EngineError, "bad top_p"),
        (httpx.Response(200, text="<html>"), EngineAnswerError, "not JSON"),
        (httpx.Response(200, json={"choices": []}), EngineAnswerError, "no token ids"),
        (httpx.Response(200, json=[1]), EngineAnswerError, "no token ids"),
        ({"token_ids": None}, EngineAnswerError, "not a list of token ids"),
        ({"token_ids": ["a"]}, EngineAnswerError, "not a list of token ids"),
        ({"token_ids": [1 << 70]}, EngineAnswerError, "not a list of token ids"),
        ({"token_ids": [10**6]}, EngineAnswerError, "token 1000000 is none of"),
        ({"token_ids": [5] * 8}, EngineAnswerError, "8 tokens where 7 were asked for"),
        (httpx.Response(200, text="[" * 100_000), EngineAnswerError, "not JSON"),
        (httpx.DecodingError("incorrect header check"), EngineAnswerError, "incorrect header check"),
    ],
)
async def test_lasting_faults_are_explained_at_once(fault, error, said):
    server = Server(fault)
    with pytest.raises(error, match=said) as caught:
        await draft(server)
    assert URL in str(caught.value)
    assert len(server.requests) == 1


async def test_patience_ends():
    with pytest.raises(EngineUnavailableError, match="refused"):
        await draft(Server(*[httpx.ConnectError("refused")] * 100_000), patience=0.05)


async def test_a_server_that_is_down_at_the_start():
    def down(request):
        raise httpx.ConnectError("refused")

    with pytest.raises(EngineUnavailableError, match="is the server running"):
        await start(down)


@pytest.mark.parametrize(
    ("server", "settings", "error", "said"),
    [
        (Server(models=("other",)), {"name": "mini"}, ModelMismatchError, "serves 'other', not 'mini'"),
        (Server(models=("a", "b")), {}, ModelMismatchError, "several models"),
        (Server(models=()), {}, EngineAnswerError, "serves no model"),
        (Server(max_model_len=None), {}, EngineError, "context_length"),
        (Server(root="/nowhere"), {}, UsageError, "--student-tokenizer"),
        (lambda request: httpx.Response(200, json={"data": [1]}), {}, EngineAnswerError, "not a list of models"),
        (Server(max_model_len="abc"), {}, EngineAnswerError, "max_model_len 'abc'"),
    ],
)
async def test_what_is_served_is_checked_before_the_first_prompt(server, settings, error, said):
    with pytest.raises(error, match=said):
        await start(server, **settings)


@pytest.mark.parametrize("key", ["caf\u00e9", "two\nlines"])
async def test_a_key_no_header_can_hold_is_refused_and_not_shown(monkeypatch, key):
    monkeypatch.setenv("TESSY_API_KEY", key)
    with pytest.raises(UsageError, match="TESSY_API_KEY") as caught:
        await start(Server())
    assert key not in str(caught.value)


@pytest.mark.parametrize("url", ["http://", "http://127.0.0.1:99999", "http://[::1", "http://a:b"])
async def test_what_is_no_url_is_refused_at_once(url):
    with pytest.raises(UsageError, match="not a server's URL"):
        await start(lambda request: pytest.fail("was asked"), model=url)


async def test_blanks_around_a_key_are_no_part_of_it(monkeypatch):
    monkeypatch.setenv("TESSY_API_KEY", "secret\n")
    server = Server()
    await draft(server)
    assert server.requests[0].headers["authorization"] == "Bearer secret"


async def test_replicas_keep_their_traces():
    engine = await start(Server(), model=(f"{URL}1", f"{URL}2/v1", f"{URL}3/"))
    homes = {str(number): engine.replica(str(number)) for number in range(200)}
    assert set(homes.values()) == {f"{URL}1/v1", f"{URL}2/v1", f"{URL}3/v1"}
    assert homes == {str(number): engine.replica(str(number)) for number in range(200)}
    await engine.close()


async def test_replicas_must_serve_the_same_model():
    def server(request):
        name = "a" if request.url.port == 91 else "b"
        return Server(models=(name,))(request)

    with pytest.raises(ModelMismatchError, match="serves 'b', not 'a'"):
        await start(server, model=(f"{URL}1", f"{URL}2"))


async def test_the_context_is_the_servers_or_less():
    engine = await start(Server(), context_length=10_000)
    assert engine.open(PROMPT, seed=0).room < 512
    await engine.close()
    engine = await start(Server(), context_length=40)
    with pytest.raises(ContextLengthError):
        engine.open(Prompt.from_text("run " * 100), seed=0)
    await engine.close()


async def test_the_rows_name_model_and_hashes():
    engine = await start(Server(), template_options={"reasoning_effort": "high"})
    described = engine.describe()
    assert described["model"] == "mini"
    assert described["template_options"] == {"reasoning_effort": "high"}
    assert all(len(described[key]) == 16 for key in ("weights", "tokenizer"))
    await engine.close()
