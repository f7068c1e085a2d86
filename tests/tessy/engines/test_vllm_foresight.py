"""Both miniature models in vLLM in this program, each stopped before the other's words by a probe on its own states."""

import os
from dataclasses import replace
from random import Random

import pytest
import pytest_asyncio

from detectors.spans import words
from tessy.engines.generator import Generated, Turn
from tessy.engines.tokens import TokenSession
from tessy.engines.vllm import VllmEngine
from tessy.engines.vllm_session import SessionGenerator
from tessy.foresight import Foresight
from tessy.miniature import check, questions, student_path, teacher_path
from tessy.prompts import Prompt
from tessy.settings import Limits, ModelSettings, Sampling
from tessy.synthesizer import Synthesizer
from tessy.trace import Role, StopReason
from tests.support.contexts import differences
from tests.support.foresight import pair_of_probes, projections

pytest.importorskip("vllm", reason="vLLM is not installed")
pytestmark = [pytest.mark.slow, pytest.mark.timeout(900), pytest.mark.asyncio(loop_scope="module")]
LIMITS = Limits(thinking_tokens=160, answer_tokens=40, hand_overs=80)
GREEDY = Sampling(temperature=0)
WILD = Sampling(temperature=0.8, top_p=1.0, top_k=0)
SETTINGS = ModelSettings(sampling=GREEDY, context_length=512, kv_cache_gib=0.25)
PATHS = {Role.STUDENT: str(student_path()), Role.TEACHER: str(teacher_path())}


class Recorded:
    """Notes what a session's part in the engine is asked, and what it answers."""

    def __init__(self, generator, turns):
        self._generator, self._turns = generator, turns

    async def generate(self, turn: Turn) -> Generated:
        asked = replace(turn, token_ids=list(turn.token_ids))
        answer = await self._generator.generate(turn)
        self._turns.append((asked, answer))
        return answer

    def close(self):
        self._generator.close()


class Kept(VllmEngine):
    """An engine that a synthesizer neither starts again nor ends, and that remembers turns and sessions."""

    async def start(self):
        self.turns, self.sessions = [], {}
        if self.llm is None:
            await super().start()

    def open(self, prompt, *, seed):
        generator = Recorded(SessionGenerator(self), self.turns)
        session = TokenSession(self.chat, prompt, generator, context_length=self._context_length, seed=seed)
        self.sessions[prompt.id] = (session, len(session.token_ids))
        return session

    async def close(self):
        pass

    async def end(self):
        await super().close()


@pytest.fixture(scope="module")
def probes(tmp_path_factory):
    return pair_of_probes(tmp_path_factory.mktemp("probes"))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pair(probes):
    engines = {role: Kept(replace(SETTINGS, model=path)) for role, path in PATHS.items()}
    try:
        with pytest.MonkeyPatch.context() as patch:
            # Coverage would follow pytest into vLLM's processes and slow them down.
            for name in [name for name in os.environ if name.startswith(("COVERAGE_", "COV_"))]:
                patch.delenv(name)
            for role, engine in engines.items():
                engine.judged_by(probes[role])
                await engine.start()
        yield engines
    finally:
        for engine in engines.values():
            await engine.end()


def ask(count):
    asked = questions("run", count, seed=21)
    return asked, [Prompt.from_text(question.prompt, id=str(number)) for number, question in enumerate(asked)]


async def synthesize(engines, probes, prompts, **options):
    by_name = {role.value: engine for role, engine in engines.items()}
    synthesizer = Synthesizer(**by_name, detector=probes, limits=LIMITS, concurrency=16, **options)
    outcomes = {}
    async with synthesizer:
        await synthesizer.run(prompts, lambda outcome: outcomes.__setitem__(outcome.prompt.id, outcome))
    assert [outcome.error for outcome in outcomes.values() if outcome.error] == []
    return [outcomes[prompt.id].trace for prompt in prompts], synthesizer.totals()


@pytest.mark.parametrize("sampling", [GREEDY, WILD], ids=["greedy", "sampled"])
async def test_nothing_is_thrown_away_and_nothing_lost(pair, probes, sampling):
    asked, prompts = ask(24)
    for engine in pair.values():
        engine.settings = replace(engine.settings, sampling=sampling)
    traces, totals = await synthesize(pair, probes, prompts)
    for trace in traces:
        bounds = [bound for segment in trace.segments for bound in (segment.start, segment.end)]
        assert (bounds[0], bounds[-1], bounds[1:-1:2]) == (0, len(trace.text), bounds[2::2])
        for role, engine in pair.items():
            assert differences(*engine.sessions[trace.id], trace, role) == []
    for role, counters in totals.items():
        assert counters.thrown == 0, role
        assert counters.hand_overs > 3 * len(traces)
    finished = [trace.stop_reason is StopReason.FINISHED for trace in traces]
    assert sum(finished) >= 20
    right = sum(check(question, trace.answer) for question, trace in zip(asked, traces, strict=True))
    print({role.value: (c.hand_overs, c.thrown, c.made, c.kept, c.requests, c.reopened) for role, c in totals.items()}, right)
