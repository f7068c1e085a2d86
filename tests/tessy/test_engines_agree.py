"""One pair of models, one detector, greedy decoding: however the models are run, the traces are the same."""

from collections import Counter

import pytest

from detectors.lexicon import LexiconDetector
from detectors.store import save
from tessy.engines.http import HttpEngine
from tessy.engines.transformers import TransformersEngine
from tessy.engines.vllm import VllmEngine
from tessy.miniature import questions, student_path, teacher_path
from tessy.prompts import Prompt
from tessy.settings import Limits, ModelSettings, Sampling
from tessy.synthesizer import Synthesizer
from tessy.trace import Role

pytest.importorskip("vllm", reason="vLLM is not installed")
pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
STYLE_WORDS = (
    ". , ; ! ? : okay alright let's see let me think check work through it so now then first next after that to begin "
    "hmm wait is right yes good works i get start here the answer gives we need result"
)
STYLE = LexiconDetector(dict.fromkeys(STYLE_WORDS.split(), 1.0), causal=True)
PATHS = (student_path(), teacher_path())
GREEDY = Sampling(temperature=0)
PROMPTS = [
    Prompt.from_text(question.prompt, id=str(number)) for number, question in enumerate(questions("run", 32, seed=21))
]


def settings(model, **more):
    return ModelSettings(model=str(model), sampling=GREEDY, **more)


def synthesize(engines, **options):
    limits = Limits(thinking_tokens=160, answer_tokens=40, hand_overs=80)
    return Synthesizer(*engines, STYLE, limits=limits, concurrency=16, **options).synthesize(PROMPTS)


def said(traces):
    return [(trace.text, trace.segments, trace.tokens) for trace in traces]


@pytest.fixture(scope="module")
def reference():
    traces = synthesize([TransformersEngine(settings(path)) for path in PATHS])
    assert sum(trace.hand_overs for trace in traces) > 6 * len(traces)
    return said(traces)


@pytest.fixture(scope="module")
def plugged(servers, tmp_path_factory):
    """Servers with the plugin and the detector."""
    folder = tmp_path_factory.mktemp("detector") / "lexicon"
    save(STYLE, folder)
    return [server.url for server in servers(*PATHS, environment={"TESSY_DETECTORS": str(folder)})]


def test_whatever_the_length_of_a_draft(reference):
    assert said(synthesize([TransformersEngine(settings(path)) for path in PATHS], draft_tokens=3)) == reference


def test_over_http_with_drafts_that_are_rolled_back(reference, servers):
    engines = [HttpEngine(settings(server.url, stream_tokens=0)) for server in servers(*PATHS)]
    assert said(synthesize(engines, draft_tokens=0)) == reference
    assert not any(engine.stops_inside for engine in engines)


def test_over_http_with_streams_that_are_closed_at_the_boundary(reference, servers):
    engines = [HttpEngine(settings(server.url, stream_tokens=1)) for server in servers(*PATHS)]
    assert said(synthesize(engines)) == reference
    assert all(engine.streams for engine in engines)


def test_over_http_with_the_plugin(reference, plugged):
    engines = [HttpEngine(settings(url)) for url in plugged]
    traces = synthesize(engines)
    assert all(engine.has_plugin for engine in engines)
    assert said(traces) == reference
    costs_no_more_than_a_token(traces)


def test_in_this_program(reference, monkeypatch):
    engines = [VllmEngine(settings(path, kv_cache_gib=0.25)) for path in PATHS]
    traces = synthesize(engines)
    assert all(engine.stops_inside for engine in engines)
    assert said(traces) == reference
    costs_no_more_than_a_token(traces)
    for role in Role:
        counters = [trace.totals[role] for trace in traces]
        turns = sum(counter.requests for counter in counters)
        assert sum(counter.reopened for counter in counters) <= 0.05 * turns


def costs_no_more_than_a_token(traces):
    """Check that engines that stop inside throw away hardly more than the token at which the boundary shows."""
    total = Counter()
    for trace in traces:
        for counters in trace.totals.values():
            total.update(thrown=counters.thrown, hand_overs=counters.hand_overs)
    assert total["hand_overs"] > 0
    # Words of several tokens that turn out to be the other's kind cost more, a hand-over at a limit or an end less.
    assert total["thrown"] <= 1.1 * total["hand_overs"]
