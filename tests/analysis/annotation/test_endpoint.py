import socket

import pytest

from analysis.annotation.endpoint import Endpoint, completions_url
from analysis.annotation.faults import (
    EndpointTimeoutError,
    NoConnectionError,
    NotACompletionError,
    RequestRefusedError,
    ServerFailureError,
)
from analysis.annotation.scripted import Reply, ScriptedEndpoint
from detectors.errors import EndpointError, UsageError

QUICK = {"wait": 0.001, "timeout": 5.0, "tries": 3}


async def ask(script, times=1, **settings):
    """Ask a scripted endpoint one after the other: the last answer, and all requests."""
    with ScriptedEndpoint(script) as server:
        async with Endpoint(server.url, "m", **QUICK | settings) as endpoint:
            for _ in range(times):
                answer = await endpoint.complete([{"role": "user", "content": "<text>\nSo\n</text>"}])
        return answer, server.requests


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000/v1/chat/completions"),
        ("http://127.0.0.1:8000/", "http://127.0.0.1:8000/v1/chat/completions"),
        ("http://127.0.0.1:8000/v1/", "http://127.0.0.1:8000/v1/chat/completions"),
        ("https://host/v1beta/openai", "https://host/v1beta/openai/chat/completions"),
        ("https://host/v1/chat/completions", "https://host/v1/chat/completions"),
        ("https://host/openai?api-version=1", "https://host/openai/chat/completions?api-version=1"),
    ],
)
def test_a_server_is_given_with_or_without_its_path(url, address):
    assert completions_url(url) == address


@pytest.mark.parametrize("url", ["127.0.0.1:8000", "http://", "http://127.0.0.1:99999", "http://[::1", "ftp://host"])
def test_what_is_no_url_is_refused(url):
    with pytest.raises(UsageError, match="is not a server's URL"):
        completions_url(url)


async def test_a_request_holds_model_options_structure_and_key(monkeypatch):
    monkeypatch.setenv("MY_KEY", "secret\n")
    answer, [asked] = await ask(lambda _: Reply('["So"]'), api_key_env="MY_KEY", temperature=0.7, seed=3, max_tokens=9)
    assert (answer.text, answer.cut_off, answer.completion_tokens) == ('["So"]', False, 1)
    assert asked.authorization == "Bearer secret"
    assert {name: asked.body[name] for name in ("model", "temperature", "seed", "max_tokens")} == {
        "model": "m", "temperature": 0.7, "seed": 3, "max_tokens": 9,
    }  # fmt: skip
    assert asked.body["response_format"]["json_schema"]["schema"]["required"] == ["spans"]


@pytest.mark.parametrize("key", ["caf\u00e9", "two\nlines"])
def test_a_key_no_header_can_hold_is_refused_and_not_shown(monkeypatch, key):
    monkeypatch.setenv("TESSY_API_KEY", key)
    with pytest.raises(UsageError, match="TESSY_API_KEY") as caught:
        Endpoint("http://127.0.0.1", "m")
    assert key not in str(caught.value)


async def test_structured_output_is_left_out_where_it_is_not_known():
    def script(asked):
        return Reply("no such field", status=400) if "response_format" in asked.body else Reply("[]")

    _, requests = await ask(script, times=2)
    assert ["response_format" in asked.body for asked in requests] == [True, False, False]


async def test_an_option_that_the_refusal_names_is_left_out():
    def script(asked):
        if "temperature" in asked.body:
            return Reply("temperature: only the default is supported", status=400)
        return Reply("use max_completion_tokens in place of max_tokens", 422) if "max_tokens" in asked.body else Reply()

    _, requests = await ask(script, times=2)
    assert len(requests) == 4
    assert requests[-1].body.keys() == {"model", "messages", "response_format", "seed"}


async def test_a_request_that_is_refused_whatever_it_holds_keeps_its_options():
    def script(asked):
        return Reply("too long", status=400) if asked.times < 3 else Reply("[]")

    with ScriptedEndpoint(script) as server:
        async with Endpoint(server.url, "m", **QUICK) as endpoint:
            with pytest.raises(RequestRefusedError, match="status 400: 'too long'"):
                await endpoint.complete([{"role": "user", "content": "a"}])
            await endpoint.complete([{"role": "user", "content": "a"}])
        assert ["response_format" in asked.body for asked in server.requests] == [True, False, True]


@pytest.mark.parametrize(
    ("reply", "error", "message"),
    [
        (Reply("boom", status=500), ServerFailureError, "status 500: 'boom'"),
        (Reply("slow down", status=429), ServerFailureError, "lower --concurrency"),
        (Reply(delay=0.5), EndpointTimeoutError, "no answer within 0.2 s"),
        (Reply(hang_up=True), NoConnectionError, "no connection"),
        (Reply("<html>", raw=True), NotACompletionError, "not a chat completion: '<html>'"),
        (Reply('{"choices": []}', raw=True), NotACompletionError, "not a chat completion"),
        (Reply('{"choices": [{"message": {"content": 3}}]}', raw=True), NotACompletionError, "not a chat completion"),
    ],
)
async def test_a_fault_that_may_pass_is_named_after_every_try(reply, error, message):
    with ScriptedEndpoint(lambda _: reply) as server:
        async with Endpoint(server.url, "m", **QUICK | {"timeout": 0.2}) as endpoint:
            with pytest.raises(error, match=message) as caught:
                await endpoint.complete([{"role": "user", "content": "a"}])
    assert isinstance(caught.value, EndpointError)
    assert len(server.requests) == 3


@pytest.mark.parametrize(("status", "advice"), [(401, "TESSY_API_KEY"), (404, "model's name"), (418, "")])
async def test_a_refusal_is_named_at_once(status, advice):
    with ScriptedEndpoint(lambda _: Reply("no", status=status)) as server:
        async with Endpoint(server.url, "m", **QUICK) as endpoint:
            with pytest.raises(RequestRefusedError, match=f"status {status}: 'no'") as caught:
                await endpoint.complete([{"role": "user", "content": "a"}])
    assert advice in caught.value.advice
    assert len(server.requests) == 1


async def test_a_refused_connection_is_named():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}"
        async with Endpoint(url, "m", **QUICK) as endpoint:
            with pytest.raises(NoConnectionError, match="is the server running"):
                await endpoint.complete([{"role": "user", "content": "a"}])


async def test_a_fault_that_passes_is_not_seen():
    replies = [Reply("", 503, headers=(("Retry-After", "0"),)), Reply(hang_up=True), Reply('["So"]')]
    answer, requests = await ask(lambda asked: replies[asked.times - 1])
    assert (answer.text, len(requests)) == ('["So"]', 3)


async def test_an_answer_without_text_or_cut_off_is_told():
    empty = '{"choices": [{"message": {"content": null}, "finish_reason": "stop"}]}'
    answer, _ = await ask(lambda _: Reply(empty, raw=True))
    assert (answer.text, answer.prompt_tokens) == ("", 0)
    answer, _ = await ask(lambda _: Reply("[", finish_reason="length"))
    assert answer.cut_off


async def test_a_lone_surrogate_can_be_sent():
    with ScriptedEndpoint(lambda asked: Reply(asked.text)) as server:
        async with Endpoint(server.url, "m", **QUICK) as endpoint:
            answer = await endpoint.complete([{"role": "user", "content": "<text>\n\ud83d\n</text>"}])
    assert answer.text == "\ud83d"
