"""vLLM in this process, on the miniature pair: two real engines, started once for all tests here."""

import asyncio
import os
from contextlib import contextmanager
from dataclasses import replace

import pytest
import pytest_asyncio

from detectors.lexicon import LexiconDetector
from tessy.engines import open_engine
from tessy.engines.gathering import Gathering
from tessy.engines.transformers import TransformersEngine
from tessy.engines.vllm import VllmEngine
from tessy.errors import ContextLengthError, EngineError, EngineUnavailableError, UsageError
from tessy.miniature import questions, student_path, teacher_path
from tessy.prompts import Prompt
from tessy.settings import Limits, ModelSettings, Sampling
from tessy.synthesizer import Synthesizer
from tessy.trace import Role

pytest.importorskip("vllm", reason="vLLM is not installed")
pytestmark = [pytest.mark.slow, pytest.mark.timeout(900), pytest.mark.asyncio(loop_scope="module")]
STYLE_WORDS = ". , ; ! ? : okay alright let's see let me think check work through it so now then first next hmm wait"
STYLE = LexiconDetector(dict.fromkeys(STYLE_WORDS.split(), 1.0), causal=True)
GREEDY = Sampling(temperature=0)
WILD = Sampling(temperature=1.0, top_p=1.0, top_k=0)
LIMITS = Limits(thinking_tokens=160, answer_tokens=40, hand_overs=80)
PROMPT = Prompt.from_text("run 1 + 1", id="a")
SETTINGS = ModelSettings(model=str(student_path()), sampling=GREEDY, context_length=512, kv_cache_gib=0.25)
# Sixteen blocks of 32 tokens and vLLM's own one: just what one session of 512 tokens may need.
TINY = {"num_gpu_blocks_override": 17}


class Kept(VllmEngine):
    """An engine that a synthesizer neither starts again nor ends."""

    async def start(self):
        if self.llm is None:
            await super().start()

    async def close(self):
        pass

    async def end(self):
        await super().close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pair():
    student, teacher = Kept(SETTINGS), Kept(replace(SETTINGS, model=str(teacher_path())), TINY)
    for engine in (student, teacher):
        engine.judged_by(STYLE)
    try:
        with pytest.MonkeyPatch.context() as patch:
            # Coverage would follow pytest into vLLM's processes and slow them down.
            for name in [name for name in os.environ if name.startswith(("COVERAGE_", "COV_"))]:
                patch.delenv(name)
            await student.start()
            await teacher.start()
        yield student, teacher
    finally:
        await student.end()
        await teacher.end()


@pytest.fixture
def student(pair):
    return pair[0]


@contextmanager
def sampling(engine, values):
    before = engine.settings
    engine.settings = replace(before, sampling=values)
    yield
    engine.settings = before


async def synthesize(engines, prompts, **options):
    synthesizer = Synthesizer(*engines, STYLE, limits=LIMITS, concurrency=32, **options)
    outcomes = {}
    async with synthesizer:
        await synthesizer.run(prompts, lambda outcome: outcomes.__setitem__(outcome.prompt.id, outcome))
    assert [outcome.error for outcome in outcomes.values() if outcome.error] == []
    return [outcomes[prompt.id].trace for prompt in prompts], synthesizer.totals()


def ask(count):
    return [Prompt.from_text(q.prompt, id=str(number)) for number, q in enumerate(questions("run", count, seed=21))]


async def drafts(engine, tokens, *, back=0, seed=1, between=lambda session: session.append(" 7 -")):
    """Draft six times, each time throw the last tokens back, and return what was kept."""
    session = engine.open(PROMPT, seed=seed)
    kept = []
    for _ in range(6):
        draft = await session.draft(tokens)
        kept += session.keep(max(0, len(draft.token_ids) - back))
        session.roll_back()
        between(session)
    session.close()
    return kept, session.counters


def close_and_append(session):
    session.close()
    session.append(" 7 -")


async def test_kept_text_is_that_of_transformers_although_few_sessions_fit(pair):
    prompts = ask(32)
    traces, totals = await synthesize(pair, prompts)
    paths = (student_path(), teacher_path())
    others = [TransformersEngine(ModelSettings(model=str(path), sampling=GREEDY)) for path in paths]
    expected, _ = await synthesize(others, prompts)
    assert [trace.text for trace in traces] == [trace.text for trace in expected]
    assert [trace.segments for trace in traces] == [trace.segments for trace in expected]
    assert all(trace.hand_overs > 3 for trace in traces)
    # The teacher's sessions had to make room for each other, and read their contexts again.
    assert totals[Role.TEACHER].reopened > 32
    # The student had room, and only whole blocks that were rolled back made it begin anew.
    student = totals[Role.STUDENT]
    assert all(engine.stops_inside for engine in pair)
    assert student.hand_overs <= student.thrown <= 2 * student.hand_overs
    assert student.reopened <= 0.1 * student.hand_overs


async def test_drafts_of_a_fixed_length_give_the_same_text(pair):
    traces, _ = await synthesize(pair, ask(8))
    inside = [engine.stops_inside for engine in pair]
    for engine in pair:
        engine.stops_inside = False
    try:
        assert [trace.text for trace in (await synthesize(pair, ask(8), draft_tokens=7))[0]] == [
            trace.text for trace in traces
        ]
    finally:
        for engine, value in zip(pair, inside, strict=True):
            engine.stops_inside = value


async def test_what_is_rolled_back_inside_a_block_costs_nothing(student, monkeypatch):
    one, counters = await drafts(student, 4, back=1)
    assert (counters.requests, counters.reopened) == (6, 0)
    several, counters = await drafts(student, 6, back=3)
    assert counters.requests == 6
    # The plugin forgets the tokens; only a block that is whole, and so may be in the prefix cache, is not overwritten.
    assert counters.reopened <= 1
    assert one[:3] == several[:3]
    monkeypatch.setattr(student, "may_shorten", lambda held, keep: False)
    anew, counters = await drafts(student, 6, back=3)
    assert (counters.requests, counters.reopened) == (6, 5)
    assert anew == several
    assert student.capacity.idle == student.capacity.busy == 0


async def test_a_turn_reads_what_is_new_and_the_token_it_sampled_last(student):
    session = student.open(PROMPT, seed=1)
    size = len(session.token_ids)
    made = len((await session.draft(4)).token_ids)
    session.keep(made)
    assert session.counters.prefilled + session.counters.cached == size
    read = session.counters.prefilled
    session.append(" 7 -")
    await session.draft(4)
    assert session.counters.prefilled - read == 1 + len(session.token_ids) - size - made
    session.close()


@pytest.mark.parametrize("values", [GREEDY, WILD])
async def test_a_session_closed_in_the_middle_changes_nothing(student, values):
    with sampling(student, values):
        whole, counters = await drafts(student, 5)
        assert counters.reopened == 0
        closed, counters = await drafts(student, 5, between=close_and_append)
        assert counters.reopened == 5
    assert whole == closed


async def test_seeds_reproduce_whatever_the_company(student):
    with sampling(student, WILD):
        alone, _ = await drafts(student, 9)
        together = await asyncio.gather(*(drafts(student, 9, seed=seed) for seed in (1, 2, 1, 3)))
    assert together[0][0] == together[2][0] == alone
    assert len({tuple(kept) for kept, _ in together}) == 3


async def test_a_trace_that_is_given_up_leaves_nothing_behind(student):
    session = student.open(PROMPT, seed=1)
    await session.draft(3)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(session.draft(200), timeout=0.02)
    assert student.capacity.busy == student.capacity.idle == 0
    expected, _ = await drafts(student, 4)
    assert (await drafts(student, 4))[0] == expected


async def test_turns_that_gather_are_the_same_turns(student):
    apart, _ = await drafts(student, 4)
    gathering, student.gathering = student.gathering, Gathering(0.01, lambda: 4)
    try:
        together = await asyncio.gather(*(drafts(student, 4) for _ in range(4)))
        assert [kept for kept, _ in together] == [apart] * 4
    finally:
        student.gathering = gathering


async def test_a_prompt_longer_than_the_context_is_named(student):
    with pytest.raises(ContextLengthError, match="context 512"):
        student.open(Prompt.from_text("run 1 + 1 " * 500, id="long"), seed=1)


async def test_the_rows_name_model_and_hashes_as_those_of_transformers_do(student):
    other = TransformersEngine(SETTINGS)
    await other.start()
    assert student.describe() == other.describe()
    await other.close()


async def test_an_engine_that_dies_is_one_clear_error(pair):
    _, teacher = pair
    session = teacher.open(PROMPT, seed=1)
    await session.draft(2)
    for process in teacher._launch.processes:
        process.kill()
    with pytest.raises(EngineUnavailableError, match="vLLM has ended"):
        await session.draft(400)


async def test_the_configuration_names_the_engine():
    assert isinstance(open_engine(ModelSettings(model="miniature/student", engine="vllm")), VllmEngine)
    assert isinstance(open_engine(ModelSettings(model="any", engine="vllm")), VllmEngine)
    assert isinstance(open_engine(ModelSettings(model="any", device="cpu")), TransformersEngine)
    assert isinstance(open_engine(ModelSettings(model="miniature/student")), TransformersEngine)


@pytest.mark.parametrize(
    ("settings", "error", "said"),
    [
        ({"model": "/nowhere"}, UsageError, "/nowhere"),
        ({"model": ("a", "http://b")}, EngineError, "mixes"),
        ({"context_length": 1_000_000}, EngineError, "context_length"),
        ({"tensor_parallel_size": 3}, EngineError, "tensor_parallel_size"),
        ({"kv_cache_gib": 1_000.0}, EngineError, "kv_cache_gib"),
    ],
)
async def test_what_cannot_start_names_the_setting(settings, error, said):
    engine = VllmEngine(replace(SETTINGS, **settings))
    with pytest.raises(error, match=said):
        await engine.start()
