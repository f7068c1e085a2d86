"""The HTTP engine on real vLLM servers, with the plugin and without."""

import asyncio

import httpx
import pytest

from detectors.lexicon import LexiconDetector
from detectors.store import save
from tessy.engines.base import StopRule
from tessy.engines.http import HttpEngine
from tessy.engines.served import block_size, knows_detector
from tessy.miniature import questions, student_path, teacher_path
from tessy.prompts import Prompt
from tessy.provenance import describe_detector
from tessy.settings import Limits, ModelSettings, Sampling
from tessy.synthesizer import Synthesizer
from tessy.trace import Role
from tests.support.foresight import pair_of_probes

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
STYLE_WORDS = (
    ". , ; ! ? : okay alright let's see let me think check work through it so now then first next after that to begin "
    "hmm wait is right yes good works i get start here the answer gives we need result"
)
STYLE = LexiconDetector(dict.fromkeys(STYLE_WORDS.split(), 1.0), causal=True)
LIMITS = Limits(thinking_tokens=160, answer_tokens=40, hand_overs=80)
ROLES = (Role.STUDENT, Role.TEACHER)
PROMPTS = [
    Prompt.from_text(question.prompt, id=str(number)) for number, question in enumerate(questions("run", 16, seed=21))
]


def engine(server, **settings):
    return HttpEngine(ModelSettings(model=server.url, sampling=Sampling(temperature=0), **settings))


@pytest.fixture(scope="module")
def probes(tmp_path_factory):
    """A probe on each model's own states."""
    return pair_of_probes(tmp_path_factory.mktemp("probes"))


@pytest.fixture(scope="module")
def with_plugin(servers, probes, tmp_path_factory):
    """A server for each role with the plugin, which also says what it had in its cache."""
    folders = [save(STYLE, tmp_path_factory.mktemp("detectors") / "lexicon")]
    # Each server leaves out the probe that was fitted to the other's model.
    folders += [save(probe, folders[0].with_name(role.value)) for role, probe in probes.items()]
    return servers(
        student_path(),
        teacher_path(),
        options=("--enable-prompt-tokens-details",),
        environment={"TESSY_DETECTORS": ":".join(map(str, folders))},
    )


def synthesize(pair, **settings):
    engines = [engine(server, **settings) for server in pair]
    synthesizer = Synthesizer(*engines, STYLE, limits=LIMITS, concurrency=8)
    return synthesizer.synthesize(PROMPTS), synthesizer.totals(), engines


def test_streams_write_what_drafts_write_and_throw_less_away(servers):
    pair = servers(student_path(), teacher_path())
    drafted, costs, _ = synthesize(pair, stream_tokens=0)
    streamed, less, _ = synthesize(pair, stream_tokens=1)
    assert [trace.text for trace in streamed] == [trace.text for trace in drafted]
    assert [trace.segments for trace in streamed] == [trace.segments for trace in drafted]
    for role in Role:
        assert less[role].kept == costs[role].kept
        assert less[role].thrown < costs[role].thrown / 2


def test_servers_with_the_plugin_write_the_same_and_say_what_they_had_read(servers, with_plugin):
    streamed, _, _ = synthesize(servers(student_path(), teacher_path()))
    stopped, costs, engines = synthesize(with_plugin)
    assert all(engine.has_plugin and engine.stops_inside and not engine.streams for engine in engines)
    assert [trace.text for trace in stopped] == [trace.text for trace in streamed]
    assert [trace.segments for trace in stopped] == [trace.segments for trace in streamed]
    for role in Role:
        # The one token that tells, and at times a second where it takes two.
        assert costs[role].thrown <= 2 * costs[role].hand_overs
        # Prompts, what the other has written, and a token or two at each request; the rest was there.
        prompts = sum(len(engines[role is Role.TEACHER].open(prompt, seed=0).token_ids) for prompt in PROMPTS)
        written = 1.2 * costs[role.other].kept
        assert costs[role].cached > costs[role].prefilled
        assert costs[role].prefilled < prompts + written + 3 * costs[role].requests


def test_servers_stop_by_probes_on_their_own_models_states(with_plugin, probes):
    runs = []
    for _ in range(2):
        engines = dict(zip(ROLES, map(engine, with_plugin), strict=True))
        by_name = {role.value: one for role, one in engines.items()}
        synthesizer = Synthesizer(**by_name, detector=probes, limits=LIMITS, concurrency=8)
        runs.append(synthesizer.synthesize(PROMPTS))
        for role, counters in synthesizer.totals().items():
            assert engines[role].foresees == describe_detector(probes[role])["sha256"]
            assert counters.thrown == 0
            assert counters.hand_overs > 3 * len(PROMPTS)
    first, again = runs
    assert [trace.text for trace in first] == [trace.text for trace in again]
    assert [trace.segments for trace in first] == [trace.segments for trace in again]


async def test_a_probe_of_another_model_is_not_stopped_by(with_plugin, probes, caplog):
    for server, role in zip(with_plugin, ROLES, strict=True):
        other = engine(server)
        other.judged_by(probes[role.other])
        await other.start()
        assert (other.foresees, other.stops_inside) == (None, False)
        await other.close()
        said = server.log.read_text(errors="replace")
        assert said.count("was fitted to the model") == 1
    assert caplog.text.count("does not stop by the probe") == 2


async def test_replicas_of_which_one_lacks_the_plugin_still_write(servers, with_plugin, caplog):
    plain, stops = servers(student_path())[0], with_plugin[0]
    mixed = HttpEngine(ModelSettings(model=(stops.url, plain.url), stream_tokens=0))
    mixed.judged_by(STYLE)
    await mixed.start()
    assert (mixed.has_plugin, mixed.stops_inside) == (False, False)
    assert any(plain.url in record.getMessage() for record in caplog.records)
    await mixed.close()


async def test_the_server_stops_when_it_is_hung_up_on(servers):
    [server] = servers(teacher_path())
    teacher = engine(server)
    teacher.judged_by(STYLE)
    await teacher.start()

    async def made():
        lines = (await teacher.client.get(f"{server.url}/metrics")).text.splitlines()
        return sum(float(line.split()[-1]) for line in lines if line.startswith("vllm:generation_tokens_total"))

    session = teacher.open(PROMPTS[0], seed=0)
    whole = await session.draft(300)
    session.roll_back()
    before = await made()
    rule = StopRule(teacher.finder.fingerprint, "", writes_style=False)
    draft = await session.draft(300, rule)
    assert draft.token_ids == whole.token_ids[: len(draft.token_ids)]
    watch = rule.watch(teacher.finder)
    assert [watch.push(token) for token in draft.token_ids].index(True) == len(draft.token_ids) - 1
    await asyncio.sleep(2)
    assert len(draft.token_ids) <= await made() - before < len(whole.token_ids) / 2
    await teacher.close()


async def test_a_server_without_the_plugin_says_so_and_tells_its_block_size(servers):
    [server] = servers(teacher_path())
    async with httpx.AsyncClient(timeout=60) as client:
        assert await knows_detector(client, f"{server.url}/v1", server.model, "0123456789abcdef") is False
        assert await block_size(client, f"{server.url}/v1") == 32
