import asyncio

import pytest

from detectors.lexicon import LexiconDetector
from detectors.store import save
from tessy.engines.scripted import ScriptedEngine, ScriptedSession
from tessy.errors import EngineAnswerError, EngineUnavailableError, TessyError, UsageError
from tessy.journal import Journal
from tessy.prompts import Prompt
from tessy.settings import Limits
from tessy.synthesizer import Synthesizer
from tessy.trace import Role, StopReason

STYLE = LexiconDetector({"okay ,": 1.0, "wait ,": 1.0, "hmm .": 1.0})
SCRIPT = "Okay, 3 + 4 = 7. Wait, 7 * 2 = 14. Hmm.</think>14"


class FailingSession(ScriptedSession):
    def __init__(self, script, error, after):
        super().__init__(script)
        self.error, self.after = error, after

    async def draft(self, max_tokens, stop=None):
        self.after -= 1
        if self.after < 0:
            raise self.error
        return await super().draft(max_tokens)


class Engine(ScriptedEngine):
    """A scripted engine that fails at the prompts named, and counts the sessions that are open."""

    def __init__(self, script=SCRIPT, fails=(), error=None, after=2):
        super().__init__(script)
        self.fails, self.error, self.after = set(fails), error or EngineAnswerError("garbage", where="there"), after
        self.opened, self.seeds = 0, {}

    def open(self, prompt, *, seed):
        self.opened += 1
        self.seeds[prompt.id] = seed
        if prompt.id in self.fails:
            return FailingSession(SCRIPT, self.error, self.after)
        return super().open(prompt, seed=seed)


def prompts(count):
    return [Prompt.from_text(f"question {number}", id=str(number)) for number in range(count)]


def run(synthesizer, asked, journal=None):
    outcomes = []

    async def work():
        async with synthesizer:
            await synthesizer.run(iter(asked), outcomes.append, journal)

    asyncio.run(work())
    return outcomes


def test_every_prompt_gets_its_outcome():
    synthesizer = Synthesizer(Engine(), Engine(), STYLE, concurrency=7)
    outcomes = run(synthesizer, prompts(50))
    assert sorted(int(outcome.prompt.id) for outcome in outcomes) == list(range(50))
    assert {outcome.trace.stop_reason for outcome in outcomes} == {StopReason.FINISHED}
    assert synthesizer.kept()[Role.TEACHER] == sum(outcome.trace.tokens[Role.TEACHER] for outcome in outcomes)


def test_a_prompt_that_fails_does_not_stop_the_others():
    outcomes = run(Synthesizer(Engine(fails={"3", "5"}), Engine(), STYLE, concurrency=2), prompts(10))
    failed = {outcome.prompt.id: outcome.error for outcome in outcomes if outcome.error}
    assert set(failed) == {"3", "5"}
    assert all(isinstance(error, EngineAnswerError) for error in failed.values())
    assert len(outcomes) == 10


def test_a_bug_in_an_engine_is_an_outcome_too():
    outcomes = run(Synthesizer(Engine(fails={"1"}, error=ZeroDivisionError("x")), Engine(), STYLE), prompts(3))
    assert [type(outcome.error) for outcome in outcomes if outcome.error] == [ZeroDivisionError]


def test_a_run_gives_up_when_nothing_answers():
    engine = Engine(fails=map(str, range(100)), error=EngineUnavailableError("refused"), after=0)
    with pytest.raises(EngineUnavailableError, match="refused"):
        run(Synthesizer(engine, Engine(), STYLE, concurrency=4), prompts(100))
    assert engine.opened < 20


def test_what_was_written_before_a_failure_is_taken_up(tmp_path):
    broken = Synthesizer(Engine(fails={"0"}), Engine(), STYLE, draft_tokens=4)
    with Journal(tmp_path / "x.jsonl", {}) as journal:
        [outcome] = run(broken, prompts(1), journal)
        assert outcome.error
    student = Engine()
    with Journal(tmp_path / "x.jsonl", {}) as journal:
        [outcome] = run(Synthesizer(student, Engine(), STYLE, draft_tokens=4), prompts(1), journal)
    [whole] = run(Synthesizer(Engine(), Engine(), STYLE, draft_tokens=4), prompts(1))
    assert outcome.trace.text == whole.trace.text
    assert outcome.trace.segments == whole.trace.segments
    assert outcome.trace.totals[Role.STUDENT].made < whole.trace.totals[Role.STUDENT].made


def test_cancelled_traces_are_noted(tmp_path):
    class Slow(Engine):
        def open(self, prompt, *, seed):
            session = super().open(prompt, seed=seed)
            draft, count = session.draft, iter(range(99))

            async def slow(max_tokens, stop=None):
                if next(count) >= 2:
                    await asyncio.sleep(60)
                return await draft(max_tokens)

            session.draft = slow
            return session

    async def work():
        with Journal(tmp_path / "x.jsonl", {}) as journal:
            async with Synthesizer(Slow(), Engine(), STYLE, draft_tokens=4) as synthesizer:
                task = asyncio.create_task(synthesizer.run(prompts(3), lambda _: None, journal))
                await asyncio.sleep(0.2)
                task.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await task

    asyncio.run(work())
    with Journal(tmp_path / "x.jsonl", {}) as journal:
        assert all(journal.half_finished(prompt.id).pieces for prompt in prompts(3))


def test_seeds_depend_on_run_role_and_prompt_only():
    def seeds(seed, concurrency):
        student, teacher = Engine(), Engine()
        run(Synthesizer(student, teacher, STYLE, seed=seed, concurrency=concurrency), prompts(5))
        return student.seeds, teacher.seeds

    assert seeds(1, 1) == seeds(1, 5)
    assert len({*seeds(1, 1)[0].values(), *seeds(1, 1)[1].values(), *seeds(2, 1)[0].values()}) == 15


def test_synthesize_returns_traces_in_order_also_inside_a_loop():
    texts = ["a", "b", "c"]
    engine = ScriptedEngine(lambda prompt: f"Okay, 1</think>{prompt.messages[0]['content']}")
    synthesizer = Synthesizer(engine, engine, STYLE)
    assert [trace.answer for trace in synthesizer.synthesize(texts)] == texts

    async def notebook():
        return Synthesizer(engine, engine, STYLE).synthesize(texts)

    assert [trace.answer for trace in asyncio.run(notebook())] == texts


def test_synthesize_raises_what_went_wrong():
    with pytest.raises(EngineAnswerError, match="garbage"):
        Synthesizer(Engine(fails={"0"}), Engine(), STYLE).synthesize(prompts(1))


def test_a_detector_may_be_a_folder_or_one_for_each_role(tmp_path):
    folder = save(STYLE, tmp_path / "lexicon")
    same = Synthesizer(Engine(), Engine(), folder).synthesize(prompts(1))
    each = Synthesizer(Engine(), Engine(), dict.fromkeys(Role, STYLE)).synthesize(prompts(1))
    assert same == each


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"teacher": ScriptedEngine("")}, "needs a student"),
        ({"student": ScriptedEngine(""), "teacher": ScriptedEngine("")}, "needs a detector"),
        (
            {"student": ScriptedEngine(""), "teacher": ScriptedEngine(""), "detector": {Role.STUDENT: STYLE}},
            "needs a detector for the teacher",
        ),
        ({"recipe": "nonsense"}, "no recipe 'nonsense'"),
        ({"recipe": "teacher-only"}, "needs a teacher"),
    ],
)
def test_what_is_missing_is_named(arguments, said):
    with pytest.raises(UsageError, match=said):
        Synthesizer(**arguments)


def test_the_description_holds_what_shapes_a_row():
    synthesizer = Synthesizer(Engine(), Engine(), STYLE, seed=3, limits=Limits(thinking_tokens=9))
    described = synthesizer.describe()
    assert (described["recipe"], described["seed"], described["limits"]["thinking_tokens"]) == ("tessy", 3, 9)
    assert described["student"] == {"model": "scripted"}
    assert described["detector"]["teacher"]["kind"] == "lexicon"
    assert described["detector"] != Synthesizer(Engine(), Engine(), LexiconDetector({"so": 1.0})).describe()["detector"]


def test_an_engine_that_does_not_start_closes_the_one_that_did():
    closed = []

    class Started(Engine):
        async def close(self):
            closed.append(True)

    class Broken(Engine):
        async def start(self):
            raise EngineUnavailableError("down")

    with pytest.raises(EngineUnavailableError):
        run(Synthesizer(Started(), Broken(), STYLE), prompts(1))
    assert closed == [True]


def test_a_checkpoint_that_fails_does_not_swallow_the_end_of_a_run(tmp_path):
    class Waiting(Engine):
        def open(self, prompt, *, seed):
            session = super().open(prompt, seed=seed)
            draft, count = session.draft, iter(range(99))

            async def wait(max_tokens, stop=None):
                if next(count):
                    await asyncio.sleep(60)
                return await draft(max_tokens)

            session.draft = wait
            return session

    async def work(journal):
        def full(*_):
            raise TessyError("cannot write")

        journal.checkpoint = full
        engine, received = Waiting(), []
        async with Synthesizer(engine, Engine(), STYLE, draft_tokens=4, concurrency=2) as synthesizer:
            task = asyncio.create_task(synthesizer.run(prompts(6), received.append, journal))
            await asyncio.sleep(0.1)
            task.cancel()
            await asyncio.wait([task], timeout=2)
            assert task.cancelled()
        assert (engine.opened, received) == (2, [])

    with Journal(tmp_path / "x.jsonl", {}) as journal:
        asyncio.run(work(journal))


@pytest.mark.parametrize("wrong", [{"concurrency": 0}, {"draft_tokens": -1}, {"draft_tokens": {Role.STUDENT: 5}}])
def test_numbers_no_trace_could_grow_with_are_refused(wrong):
    with pytest.raises(UsageError, match=r"at least 1|or 0 to learn"):
        Synthesizer(Engine(), Engine(), STYLE, **wrong)


def test_no_trace_waits_for_another():
    opened, finished_when_all_were_open = [], []

    class Counting(Engine):
        def open(self, prompt, *, seed):
            opened.append(prompt.id)
            return super().open(prompt, seed=seed)

    synthesizer = Synthesizer(Counting(), Engine(), STYLE, concurrency=9, draft_tokens=4)

    async def work():
        async with synthesizer:
            await synthesizer.run(prompts(9), lambda _: finished_when_all_were_open.append(len(opened)))

    asyncio.run(work())
    assert finished_when_all_were_open == [9] * 9
