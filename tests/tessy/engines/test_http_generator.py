import json
from itertools import pairwise

import httpx
import pytest

from detectors.lexicon import LexiconDetector
from tessy.engines.base import DraftStop, StopRule
from tessy.engines.http import HttpEngine
from tessy.errors import EngineAnswerError
from tessy.miniature import student_path
from tessy.prompts import Prompt
from tessy.settings import ModelSettings
from tests.support.foresight import random_probe

URL = "http://127.0.0.1:9"
DETECTOR = LexiconDetector({"wait": 1.0}, causal=True)
PROBE = random_probe(student_path(), 64)


class Server:
    """A server that says the same to everyone, with the plugin or without."""

    def __init__(self, *plugins, metrics=""):
        self.plugins = plugins or (False,)
        self.metrics = metrics
        self.bodies = []
        self.next = {"token_ids": [5, 6], "finish_reason": "length"}
        self.streamed = "it is 7. wait, that is wrong"
        self.usage = None
        self.vocabulary = None

    def __call__(self, request):
        replica = request.url.port - 90
        if request.url.path == "/v1/models":
            return httpx.Response(
                200, json={"data": [{"id": "mini", "root": str(student_path()), "max_model_len": 512}]}
            )
        if request.url.path == "/metrics":
            return httpx.Response(200, text=self.metrics)
        body = json.loads(request.content)
        if body.get("vllm_xargs", {}).get("tessy_probe"):
            reason = "tessy:ready" if self.plugins[replica] else None
            choice = {"token_ids": [5], "finish_reason": "stop", "stop_reason": reason}
            return httpx.Response(200, json={"choices": [choice]})
        self.bodies.append(body)
        if body.get("stream"):
            events = [{"token_ids": [token], "finish_reason": None} for token in self.vocabulary.encode(self.streamed)]
            events.append({"token_ids": [], "finish_reason": "length"})
            return httpx.Response(200, text="".join(f"data: {json.dumps({'choices': [it]})}\n\n" for it in events))
        return httpx.Response(200, json={"choices": [self.next], "usage": self.usage})


async def start(server, *, detector=DETECTOR, **settings):
    urls = tuple(f"http://127.0.0.1:{90 + index}" for index in range(len(server.plugins)))
    engine = HttpEngine(ModelSettings(model=urls, **settings), transport=httpx.MockTransport(server))
    engine.judged_by(detector)
    await engine.start()
    server.vocabulary = engine.chat.vocabulary
    return engine


def rule(engine, **more):
    return StopRule(engine.finder.fingerprint, "then", writes_style=False, **more)


@pytest.mark.parametrize(
    ("plugin", "stream_tokens", "detector", "seen"),
    [
        (True, 2, DETECTOR, (True, False, True)),
        (True, 0, DETECTOR, (True, False, True)),
        (False, 2, DETECTOR, (False, True, True)),
        (False, 0, DETECTOR, (False, False, False)),
        (True, 2, None, (False, False, False)),
        (True, 2, LexiconDetector({"wait": 1.0}), (False, False, False)),
    ],
)
async def test_where_drafts_end_is_settled_at_the_start(plugin, stream_tokens, detector, seen):
    engine = await start(Server(plugin), stream_tokens=stream_tokens, detector=detector)
    assert (engine.has_plugin, engine.streams, engine.stops_inside) == seen
    await engine.close()


async def test_replicas_that_differ_are_a_warning_and_none_is_asked_to_stop(caplog):
    engine = await start(Server(True, False, True), stream_tokens=0)
    assert not engine.has_plugin
    [said] = [record.getMessage() for record in caplog.records]
    assert "http://127.0.0.1:91/v1:" in said
    assert engine.finder.fingerprint in said
    await engine.close()


async def test_large_blocks_are_advised_against(caplog):
    engine = await start(Server(metrics='vllm:cache_config_info{block_size="128",engine="0"} 1.0\n'))
    [said] = [record.getMessage() for record in caplog.records]
    assert "127 tokens are read again" in said
    assert "--block-size 32" in said
    await engine.close()


async def test_small_blocks_are_not_spoken_of(caplog):
    engine = await start(Server(metrics='vllm:cache_config_info{block_size="32",engine="0"} 1.0\n'))
    assert caplog.records == []
    await engine.close()


async def test_the_rule_goes_to_the_server_as_its_protocol_takes_it():
    server = Server(True)
    engine = await start(server)
    session = engine.open(Prompt.from_text("run 3 + 4"), seed=1)
    await session.draft(50, rule(engine))
    await session.draft(50, rule(engine, first_word_is_own=True))
    first, second = (body["vllm_xargs"] for body in server.bodies)
    name = first.pop("tessy_session")
    assert second["tessy_session"] == name
    assert first == {
        "tessy_detector": engine.finder.fingerprint,
        "tessy_before": "then",
        "tessy_style": 0,
        "tessy_own": 0,
    }
    assert (second["tessy_own"], second["tessy_open"]) == (1, [5, 6])
    # vLLM declares the type of the arguments so; a bool would be none of them.
    pydantic = pytest.importorskip("pydantic")
    declared = pydantic.TypeAdapter(dict[str, str | int | float | list[str | int | float]])
    assert declared.validate_python(second, strict=True) == second
    await engine.close()


async def test_without_a_rule_only_the_session_is_named_and_each_has_a_name_of_its_own():
    server = Server(True)
    engine = await start(server)
    for _ in range(2):
        await engine.open(Prompt.from_text("run 3 + 4"), seed=1).draft(50)
    assert [body["vllm_xargs"].keys() for body in server.bodies] == [{"tessy_session"}] * 2
    assert len({body["vllm_xargs"]["tessy_session"] for body in server.bodies}) == 2
    assert not any("stream" in body for body in server.bodies)
    await engine.close()


async def test_a_server_without_the_plugin_is_asked_nothing_it_might_not_know():
    server = Server(False)
    engine = await start(server)
    await engine.open(Prompt.from_text("run 3 + 4"), seed=1).draft(50)
    assert not {"vllm_xargs", "stream"} & server.bodies[0].keys()
    await engine.close()


async def test_a_stop_of_the_plugin_does_not_end_the_thinking():
    server = Server(True)
    engine = await start(server)
    session = engine.open(Prompt.from_text("run 3 + 4"), seed=1)
    server.next = {"token_ids": [5, 6], "finish_reason": "stop", "stop_reason": "tessy:boundary"}
    assert (await session.draft(50, rule(engine))).stop is DraftStop.LENGTH
    server.next["stop_reason"] = None
    assert (await session.draft(50, rule(engine))).stop is DraftStop.END
    await engine.close()


def foreseeing(engine, **more):
    return StopRule(engine.foresees, "then", writes_style=False, **more)


async def test_what_a_probe_foresees_comes_without_the_token_after_it(caplog):
    server = Server(True)
    engine = await start(server, detector=PROBE)
    assert (engine.has_plugin, engine.streams, engine.stops_inside) == (True, False, True)
    session = engine.open(Prompt.from_text("run 3 + 4"), seed=1)
    server.next = {"token_ids": [5, 6], "finish_reason": "stop", "stop_reason": "tessy:before"}
    draft = await session.draft(50, foreseeing(engine))
    assert (draft.token_ids, draft.stop, draft.judged) == ((5,), DraftStop.BOUNDARY, True)
    assert server.bodies[0]["vllm_xargs"]["tessy_detector"] == engine.foresees
    session.keep(1)
    server.next = {"token_ids": [6], "finish_reason": "stop", "stop_reason": "tessy:before"}
    draft = await session.draft(50, foreseeing(engine))
    assert (draft.token_ids, draft.stop, draft.judged) == ((), DraftStop.BOUNDARY, True)
    session.roll_back()
    assert (session.counters.made, session.counters.thrown) == (1, 0)
    for finish, stop in (("length", DraftStop.LENGTH), ("stop", DraftStop.END)):
        server.next = {"token_ids": [5, 6], "finish_reason": finish, "stop_reason": "tessy:own"}
        draft = await session.draft(50, foreseeing(engine))
        assert (draft.token_ids, draft.stop, draft.judged) == ((5, 6), stop, True)
        session.roll_back()
    assert caplog.records == []
    await engine.close()


async def test_a_draft_that_no_probe_has_judged_is_judged_here_from_then_on(caplog):
    server = Server(True)
    engine = await start(server, detector=PROBE)
    session = engine.open(Prompt.from_text("run 3 + 4"), seed=1)
    draft = await session.draft(50, foreseeing(engine))
    assert (draft.token_ids, draft.stop, draft.judged) == ((5, 6), DraftStop.LENGTH, False)
    assert (engine.has_plugin, engine.streams, engine.stops_inside, engine.foresees) == (False, False, False, None)
    assert "TESSY_DETECTORS" in caplog.text
    # What was open unjudged makes all of the next draft so.
    assert (await session.draft(50)).judged is False
    await engine.close()


async def test_a_server_that_does_not_read_states_is_not_asked_to(caplog):
    server = Server(False)
    engine = await start(server, detector=PROBE)
    assert (engine.has_plugin, engine.streams, engine.stops_inside, engine.foresees) == (False, False, False, None)
    assert "does not stop by the probe" in caplog.text
    await engine.open(Prompt.from_text("run 3 + 4"), seed=1).draft(50)
    assert not {"vllm_xargs", "stream"} & server.bodies[0].keys()
    await engine.close()


async def test_a_server_that_came_back_without_the_plugin_is_streamed_from(caplog):
    server = Server(True)
    engine = await start(server)
    session = engine.open(Prompt.from_text("run 3 + 4"), seed=1)
    server.next = {"token_ids": server.vocabulary.encode("it is 7. wait"), "finish_reason": "length"}
    await session.draft(50, rule(engine))
    session.roll_back()
    assert caplog.records == []
    server.next = {"token_ids": server.vocabulary.encode(server.streamed), "finish_reason": "length"}
    assert (await session.draft(50, rule(engine))).text == server.streamed
    session.roll_back()
    [said] = [record.getMessage() for record in caplog.records]
    assert "TESSY_DETECTORS" in said
    assert (await session.draft(50, rule(engine))).text == "it is 7. wait"
    assert [body.get("stream", False) for body in server.bodies] == [False, False, True]
    await engine.close()


async def test_a_stream_brings_the_draft_up_to_the_boundary():
    server = Server()
    engine = await start(server)
    session = engine.open(Prompt.from_text("run 3 + 4"), seed=1)
    draft = await session.draft(50, rule(engine))
    assert draft.text == "it is 7. wait"
    assert (server.bodies[0]["stream"], server.bodies[0]["stream_interval"]) == (True, 4)
    assert session.counters.made == len(draft.token_ids)
    await engine.close()


async def test_what_stands_open_is_watched_before_a_stream():
    server = Server()
    engine = await start(server)
    session = engine.open(Prompt.from_text("run 3 + 4"), seed=1)
    server.next = {"token_ids": server.vocabulary.encode(" wa"), "finish_reason": "length"}
    await session.draft(7)
    server.streamed = "it is 7"
    assert (await session.draft(50, rule(engine))).text == " wait"
    await engine.close()


async def test_requests_say_the_whole_context_however_it_came_to_be():
    server = Server()
    engine = await start(server, stream_tokens=0)
    session = engine.open(Prompt.from_text("run 3 + 4"), seed=1)
    contexts = []
    for keep in (2, 1, 0, 2):
        contexts.append(list(session.token_ids))
        await session.draft(7)
        session.keep(keep)
        session.roll_back()
        session.append(f" then {keep}")
    assert [body["prompt"] for body in server.bodies] == contexts
    assert all(len(before) < len(after) for before, after in pairwise(contexts))
    await engine.close()


@pytest.mark.parametrize(("usage", "cached"), [(None, 0), ({"prompt_tokens_details": {"cached_tokens": 3}}, 3)])
async def test_tokens_read_and_not_read_again_are_counted(usage, cached):
    server = Server()
    server.usage = usage
    engine = await start(server)
    session = engine.open(Prompt.from_text("run 3 + 4"), seed=1)
    size = len(session.token_ids)
    await session.draft(7)
    assert (session.counters.prefilled, session.counters.cached) == (size - cached, cached)
    await engine.close()


async def test_tokens_of_another_tokenizer_are_an_error_in_streams_too():
    server = Server()
    engine = await start(server)
    server.vocabulary = type("Other", (), {"encode": staticmethod(lambda text: [400, 4000])})
    session = engine.open(Prompt.from_text("run 3 + 4"), seed=1)
    with pytest.raises(EngineAnswerError, match="token 4000 is none of"):
        await session.draft(7, rule(engine))
    await engine.close()
