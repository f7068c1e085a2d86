"""Both miniature models in vLLM in this program, each stopped before the other's words by a probe on its own states."""

import os
from dataclasses import replace

import pytest
import pytest_asyncio

from detectors.spans import words
from tessy.engines.base import DraftStop, StopRule
from tessy.engines.generator import Generated, Turn
from tessy.engines.tokens import TokenSession
from tessy.engines.vllm import VllmEngine
from tessy.engines.vllm_session import SessionGenerator
from tessy.miniature import questions, student_path, teacher_path
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
# Log-odds closer to 0 may come out on either side: two programs round differently.
CLOSE = 1e-3
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


@pytest.fixture(scope="module")
def models():
    """The models' layers, up to the final norm, in transformers."""
    from transformers import AutoModel

    return {role: AutoModel.from_pretrained(path, dtype="float32").eval() for role, path in PATHS.items()}


def ask(count):
    return [Prompt.from_text(q.prompt, id=str(number)) for number, q in enumerate(questions("run", count, seed=21))]


async def synthesize(engines, probes, prompts, **options):
    by_name = {role.value: engine for role, engine in engines.items()}
    synthesizer = Synthesizer(**by_name, detector=probes, limits=LIMITS, concurrency=16, **options)
    outcomes = {}
    async with synthesizer:
        await synthesizer.run(prompts, lambda outcome: outcomes.__setitem__(outcome.prompt.id, outcome))
    assert [outcome.error for outcome in outcomes.values() if outcome.error] == []
    return [outcomes[prompt.id].trace for prompt in prompts], synthesizer.totals()


@pytest.mark.parametrize("sampling", [GREEDY, WILD], ids=["greedy", "sampled"])
async def test_nothing_is_thrown_away_and_nothing_lost(pair, probes, models, sampling):
    prompts = ask(24)
    for engine in pair.values():
        engine.settings = replace(engine.settings, sampling=sampling)
    traces, totals = await synthesize(pair, probes, prompts)
    for trace in traces:
        bounds = [bound for segment in trace.segments for bound in (segment.start, segment.end)]
        assert (bounds[0], bounds[-1], bounds[1:-1:2]) == (0, len(trace.text), bounds[2::2])
        for role, engine in pair.items():
            assert differences(*engine.sessions[trace.id], trace, role) == []
    assert sum(trace.stop_reason is StopReason.FINISHED for trace in traces) >= 20
    for role, counters in totals.items():
        assert counters.thrown == 0, role
        # What is made and not kept ended the thinking or the answer, no more than once a trace each.
        assert 0 <= counters.made - counters.kept <= 2 * len(traces)
        assert counters.hand_overs > 3 * len(traces)
        engine = pair[role]
        decisions = [right for turn in engine.turns for right in judged(engine, probes[role], models[role], turn)]
        assert len(decisions) > 2 * counters.hand_overs
        assert all(decisions)


def judged(engine, probe, model, turn):
    """Yield, wherever a turn's states say what is to come, whether the turn goes by it: they are transformers' states.

    Where it went on, they must say that the word to come is its writer's own; where it stopped, that it is not.
    """
    asked, answer = turn
    rule = asked.stop
    if rule is None:
        return
    assert answer.judged
    ids = [*asked.token_ids, *answer.token_ids]
    start = len(asked.token_ids) - len(rule.open_ids)
    text, ends = engine.chat.vocabulary.texts(ids[max(0, start - 16) : start], ids[start:])
    states = projections(model, probe, ids)
    parts = words(text)
    for index in range(len(parts) + 1):
        if index == len(parts) and not answer.at_boundary:
            return
        place = parts[index].start if index < len(parts) else len(text)
        if index < len(parts) and not says_what_it_is(rule, text, ends, parts, index):
            continue
        if index:
            last = start + next(token for token, end in enumerate(ends) if end >= parts[index - 1].end)
        elif rule.before.strip():
            last = start - 1
        else:
            last = None
        log_odds = probe.bias + (0.0 if last is None else states[last] - float(probe.centres[0]))
        if abs(log_odds) > CLOSE:
            # The probes' threshold is 0.5, and they are not calibrated.
            yield ((log_odds >= 0) is rule.writes_style) is (place < len(text))


def says_what_it_is(rule, text, ends, parts, index):
    """Tell whether a word of a draft is decided: not one that was forced, that goes on, or that a token shares."""
    word = parts[index]
    token = next(number for number, end in enumerate(ends) if end > word.start)
    shares = text[ends[token - 1] if token else 0 : word.start].strip()
    first = index == 0 and (rule.first_word_is_own or any(w.end > len(rule.before) for w in joined(rule.before, text)))
    return not shares and not first and word.text[0] not in "'</" and not rule.open_ids


def joined(before, text):
    """Return the words that stand on both sides of where a draft begins."""
    return [word for word in words(before + text) if word.start < len(before) < word.end]


async def test_greedy_decoding_gives_the_same_twice(pair, probes):
    for engine in pair.values():
        engine.settings = replace(engine.settings, sampling=GREEDY)
    first, _ = await synthesize(pair, probes, ask(8))
    again, totals = await synthesize(pair, probes, ask(8))
    assert [(trace.text, trace.segments) for trace in again] == [(trace.text, trace.segments) for trace in first]
    assert totals[Role.TEACHER].thrown == totals[Role.STUDENT].thrown == 0


async def test_what_the_engine_no_longer_judges_is_judged_here(pair, probes, caplog):
    teacher, fingerprint = pair[Role.TEACHER], pair[Role.TEACHER].foresees
    session = teacher.open(Prompt.from_text("run 1 + 1", id="a"), seed=1)
    # A detector that the plugin does not know: the request runs as a plain one, as after a failure.
    try:
        draft = await session.draft(3, StopRule("0" * 16, "so", writes_style=False))
        assert (draft.judged, draft.stop, len(draft.token_ids)) == (False, DraftStop.LENGTH, 3)
        assert teacher.foresees is None
        assert "does not stop by the probe" in caplog.text
    finally:
        session.close()
        teacher.tap(teacher.name, is_known=True)
    assert teacher.foresees == fingerprint


async def test_the_probe_of_another_model_is_refused_and_the_run_falls_back(pair, probes, caplog):
    engine = Kept(replace(SETTINGS, model=PATHS[Role.STUDENT]))
    engine.judged_by(probes[Role.TEACHER])
    try:
        await engine.start()
        assert (engine.stops_inside, engine.foresees) == (False, None)
        assert "its engine does not stop by the probe" in caplog.text
        said = engine._launch.log.read_text(errors="replace")
        assert said.count("a detector is left out") == 1
        assert "was fitted to the model" in said
        both = {Role.STUDENT: engine, Role.TEACHER: pair[Role.TEACHER]}
        detectors = dict.fromkeys(Role, probes[Role.TEACHER])
        traces, totals = await synthesize(both, detectors, ask(4), draft_tokens=6)
    finally:
        await engine.end()
    assert all(trace.hand_overs > 3 for trace in traces)
    assert totals[Role.STUDENT].thrown > 0 == totals[Role.TEACHER].thrown
