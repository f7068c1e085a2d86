import asyncio
import json

import httpx
import numpy as np
import pytest

from analysis.loss.language_model import Reading
from analysis.loss.local_model import LocalModel
from analysis.loss.measuring import measure_traces
from analysis.loss.rendering import Rendering
from analysis.loss.served_model import ServedModel
from detectors.errors import EndpointError, UsageError
from tessy.miniature import student_path

READINGS = [Reading([5, 6, 7, 8], 2), Reading([9, 1], 1), Reading([5, 5, 5], 1)]


class Completions:
    """A server whose token n has n / 10 nats and rank n; `faults` are answered first, one a completion."""

    def __init__(self, *faults, card=None):
        self.faults, self.asked, self.card = list(faults), [], {"id": "m", "max_model_len": 64, **(card or {})}

    def __call__(self, request):
        if request.url.path == "/v1/models":
            return httpx.Response(200, json={"data": [self.card, {"id": "other"}]})
        assert request.url.path == "/v1/completions"
        body = json.loads(request.content)
        self.asked.append(body)
        if self.faults:
            fault = self.faults.pop(0)
            if isinstance(fault, Exception):
                raise fault
            return fault if isinstance(fault, httpx.Response) else httpx.Response(200, json=fault)
        first, *others = body["prompt"]
        assert first >= 0
        entries = [{str(token): {"logprob": -token / 10, "rank": token, "decoded_token": "x"}} for token in others]
        return httpx.Response(200, json={"choices": [{"prompt_logprobs": [None, *entries]}]})


def served(server, **settings):
    settings = {"wait": 0.001, "tries": 3, "transport": httpx.MockTransport(server), **settings}
    return ServedModel("http://server", **settings)


def read(model, readings=READINGS):
    found = {}
    model.read(readings, found.__setitem__)
    return [found[index] for index in range(len(readings))]


def test_every_scored_token_comes_back():
    server = Completions()
    found = read(served(server, concurrency=2))
    for reading, own in zip(READINGS, found, strict=True):
        scored = np.array(reading.token_ids[reading.first :])
        np.testing.assert_allclose(own.nats, scored / 10)
        np.testing.assert_array_equal(own.ranks, scored)
    assert sorted(body["prompt"] for body in server.asked) == sorted(list(r.token_ids) for r in READINGS)
    assert all((body["model"], body["max_tokens"], body["prompt_logprobs"]) == ("m", 1, 0) for body in server.asked)


def test_the_context_leaves_room_for_the_new_token():
    assert served(Completions()).context == 63
    assert served(Completions(), context=40).context == 40
    with pytest.raises(UsageError, match=r"too long for a server whose own is 64 .*--context 63"):
        _ = served(Completions(), context=64).context
    with pytest.raises(UsageError, match=r"does not say how long.*--context"):
        _ = served(Completions(card={"max_model_len": None})).context
    assert served(Completions(card={"max_model_len": None}), context=9).context == 9


def test_a_model_can_be_named():
    server = Completions()
    model = served(server, model="other")
    read(model)
    assert {body["model"] for body in server.asked} == {"other"}
    assert model.describe() == {"model": "other", "served": True}
    with pytest.raises(UsageError, match=r"has no model 'third' .it has m, other"):
        read(served(server, model="third"))


def test_the_tokenizer_is_the_named_or_the_models():
    root = {"root": str(student_path())}
    assert served(Completions(card=root)).tokenizer.is_fast
    assert served(Completions(), tokenizer=str(student_path())).tokenizer.is_fast
    with pytest.raises(UsageError, match=r"no tokenizer .*--tokenizer"):
        _ = served(Completions(card={"root": "/nowhere/at/all"})).tokenizer


def test_passing_faults_are_tried_again():
    server = Completions(httpx.Response(503), httpx.ConnectError("refused"))
    assert len(read(served(server), READINGS[:1])[0].nats) == 2
    assert len(server.asked) == 3


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (httpx.Response(400, text="too long"), "status 400.*too long"),
        (httpx.Response(401), "TESSY_API_KEY"),
        (httpx.Response(200, json={"choices": []}), "does not hold a finite log-probability"),
        ({"choices": [{"prompt_logprobs": None}]}, "does not hold a finite log-probability"),
        ({"choices": [{"prompt_logprobs": [None, {"6": {"logprob": -1, "rank": 1}}]}]}, "does not hold a finite"),
        (
            {"choices": [{"prompt_logprobs": [None] + [{"99": {"logprob": -1, "rank": 1}}] * 3}]},
            "does not hold a finite",
        ),
    ],
)
def test_other_faults_are_named_at_once(fault, message):
    server = Completions(fault)
    with pytest.raises(EndpointError, match=message) as caught:
        read(served(server), READINGS[:1])
    assert caught.value.where.startswith("http://server")
    assert len(server.asked) == 1


def test_a_server_that_is_down_is_one_error():
    with pytest.raises(EndpointError, match=r"no connection: refused .is the server running"):
        read(served(Completions(*[httpx.ConnectError("refused")] * 9)))
    with pytest.raises(EndpointError, match=r"is this a vLLM server"):
        read(served(Completions(*[httpx.Response(200, text="<html>")] * 9)))
    with pytest.raises(UsageError, match=r"is not a server's URL"):
        ServedModel("ftp://server")


def test_the_key_comes_from_the_environment(monkeypatch):
    monkeypatch.setenv("MY_KEY", "secret")
    seen = []

    def server(request):
        seen.append(request.headers["Authorization"])
        return Completions()(request)

    read(served(server, api_key_env="MY_KEY"))
    assert set(seen) == {"Bearer secret"}
    monkeypatch.setenv("MY_KEY", "caf\u00e9")
    with pytest.raises(UsageError, match=r"MY_KEY") as caught:
        served(server, api_key_env="MY_KEY")
    assert "caf" not in str(caught.value)


async def test_it_works_where_an_event_loop_runs():
    await asyncio.sleep(0)
    assert len(read(served(Completions()))) == 3


def test_what_receives_may_fail():
    def full(index, scores):
        raise UsageError("the disk is full")

    with pytest.raises(UsageError, match=r"the disk is full"):
        served(Completions()).read(READINGS, full)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_real_server_says_what_transformers_does(servers, corpus):
    [server] = servers(student_path())
    here, there = LocalModel(str(student_path()), device="cpu"), ServedModel(server.url, context=80)
    assert there.describe()["model"] == server.model
    chance = np.random.default_rng(1)
    readings = [
        Reading(chance.integers(0, 450, length).tolist(), first) for length, first in ((80, 1), (33, 20), (2, 1))
    ]
    for own, other in zip(read(here, readings), read(there, readings), strict=True):
        np.testing.assert_allclose(own.nats, other.nats, atol=2e-4)
        # Two tokens whose logits are nearly equal may change places.
        assert np.abs(own.ranks - other.ranks).max() <= 1
    here = LocalModel(str(student_path()), device="cpu", context=80)
    for own, other in zip(
        *(measure_traces(corpus, model, Rendering(model.tokenizer)) for model in (here, there)), strict=True
    ):
        assert own.total.tokens == other.total.tokens > 0
        assert own.total.nats == pytest.approx(other.total.nats, rel=1e-5)
