"""The whole thing on real vLLM servers, two models of different vocabularies."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time

import pytest

from analysis.jsonl import read_rows, write_rows
from detectors.lexicon import LexiconDetector
from detectors.store import save
from tessy.engines.http import HttpEngine
from tessy.engines.transformers import TransformersEngine
from tessy.miniature import check, questions, student_path, teacher_path
from tessy.prompts import Prompt
from tessy.settings import Limits, ModelSettings, Sampling
from tessy.synthesizer import Synthesizer
from tessy.trace import Role, StopReason
from tests.support.contexts import differences
from tests.tessy.test_cli import COMMAND, lines

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
STYLE_WORDS = (
    ". , ; ! ? : okay alright let's see let me think check work through it so now then first next after that to begin "
    "hmm wait is right yes good works i get start here the answer gives we need result"
)
MINIATURE_STYLE = LexiconDetector(dict.fromkeys(STYLE_WORDS.split(), 1.0))
# Whatever these small models say, words of both kinds are among it.
COMMON_WORDS = ". < > the a to of and in is it you that for so how i"
ENGLISH_STYLE = LexiconDetector(dict.fromkeys(COMMON_WORDS.split(), 1.0))
LIMITS = Limits(thinking_tokens=160, answer_tokens=40, hand_overs=80)


class Recording:
    """Remembers the sessions it opened, by prompt, with the size of their prompts."""

    def open(self, prompt, *, seed):
        session = super().open(prompt, seed=seed)
        self.__dict__.setdefault("sessions", {})[prompt.id] = (session, len(session.token_ids))
        return session


class RecordingHttp(Recording, HttpEngine):
    pass


class RecordingTransformers(Recording, TransformersEngine):
    pass


def ask(count):
    asked = questions("run", count, seed=21)
    return asked, [Prompt.from_text(question.prompt, id=str(number)) for number, question in enumerate(asked)]


def synthesize(student, teacher, detector, prompts, **options):
    return Synthesizer(student, teacher, detector, limits=LIMITS, concurrency=8, **options).synthesize(prompts)


def is_valid(trace):
    position = 0
    for segment in trace.segments:
        assert segment.start == position < segment.end
        position = segment.end
    assert position == len(trace.text)
    assert trace.text.startswith("<think>\n")
    assert sum(trace.tokens.values()) > 0
    if trace.stop_reason is StopReason.FINISHED:
        assert trace.text.count("</think>") >= 1


def test_the_miniature_pair(servers):
    sampling = Sampling(temperature=0.6, top_p=1.0, top_k=0)
    student, teacher = (
        RecordingHttp(ModelSettings(model=server.url, sampling=sampling))
        for server in servers(student_path(), teacher_path())
    )
    asked, prompts = ask(20)
    traces = synthesize(student, teacher, MINIATURE_STYLE, prompts)
    for trace in traces:
        is_valid(trace)
        for role, engine in ((Role.STUDENT, student), (Role.TEACHER, teacher)):
            session, size = engine.sessions[trace.id]
            assert differences(session, size, trace, role) == []
    assert sum(trace.stop_reason is StopReason.FINISHED for trace in traces) >= 18
    assert all(trace.hand_overs > 3 for trace in traces)
    assert sum(check(question, trace.answer) for question, trace in zip(asked, traces, strict=True)) >= 16


def test_smollm2_and_gemma(servers, smollm2, gemma):
    student, teacher = (RecordingHttp(ModelSettings(model=server.url)) for server in servers(smollm2, gemma))
    prompts = [
        Prompt.from_text(f"How many legs do {number} spiders have? Think first.", id=str(number))
        for number in range(20)
    ]
    limits = Limits(thinking_tokens=60, answer_tokens=10)
    synthesizer = Synthesizer(student, teacher, ENGLISH_STYLE, limits=limits, draft_tokens=8, concurrency=8)
    traces = synthesizer.synthesize(prompts)
    for trace in traces:
        is_valid(trace)
        if "</think>" in trace.text:
            for role, engine in ((Role.STUDENT, student), (Role.TEACHER, teacher)):
                session, size = engine.sessions[trace.id]
                assert differences(session, size, trace, role) == []
    assert sum(trace.hand_overs > 3 for trace in traces) >= 10
    assert {segment.role for trace in traces for segment in trace.segments} == set(Role)


def test_greedy_decoding_is_the_same_over_http_and_in_process(servers):
    greedy = Sampling(temperature=0)
    paths = (student_path(), teacher_path())
    urls = [server.url for server in servers(*paths)]
    _, prompts = ask(32)
    remote = synthesize(
        *(HttpEngine(ModelSettings(model=url, sampling=greedy)) for url in urls), MINIATURE_STYLE, prompts
    )
    local = synthesize(
        *(TransformersEngine(ModelSettings(model=str(path), sampling=greedy)) for path in paths),
        MINIATURE_STYLE,
        prompts,
    )
    assert [trace.text for trace in remote] == [trace.text for trace in local]
    assert [trace.segments for trace in remote] == [trace.segments for trace in local]


@pytest.fixture
def command(servers, tmp_path):
    """A run of 20 prompts on both servers, as the shell would start it."""
    asked, _ = ask(20)
    rows = [{"id": str(number), "prompt": question.prompt} for number, question in enumerate(asked)]
    (tmp_path / "p.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    save(MINIATURE_STYLE, tmp_path / "lexicon")
    student, teacher = servers(student_path(), teacher_path())
    options = ["--student", student.url, "--teacher", teacher.url, "--detector", tmp_path / "lexicon"]
    limits = ["--concurrency", "8", "--thinking-tokens", "160", "--answer-tokens", "40", "--draft-tokens", "6"]
    return [*COMMAND, "run", "--prompts", tmp_path / "p.jsonl", "--out", tmp_path / "out.jsonl", *options, *limits]


def test_two_corpora_a_detector_and_a_data_set_by_the_commands_alone(servers, tmp_path):
    asked = questions("run", 40, seed=22)
    rows = ({"id": question.id, "prompt": question.prompt} for question in asked)
    write_rows(tmp_path / "p.jsonl", rows)
    student, teacher = (server.url for server in servers(student_path(), teacher_path()))

    def run(module, *arguments):
        command = [sys.executable, "-m", module, *map(str, arguments)]
        done = subprocess.run(command, cwd=tmp_path, check=False, stderr=subprocess.PIPE, text=True, timeout=300)
        assert done.returncode == 0, done.stderr

    common = ("run", "--prompts", "p.jsonl", "--temperature", 0.6, "--thinking-tokens", 300, "--draft-tokens", 10)
    run("tessy.cli", *common, "--student", student, "--recipe", "student-only", "--out", "student.jsonl")
    run("tessy.cli", *common, "--teacher", teacher, "--recipe", "teacher-only", "--out", "teacher.jsonl")
    run(
        "analysis.cli", "fit", "lexicon", "--student", "student.jsonl", "--teacher", "teacher.jsonl", "--out", "lexicon"
    )
    both = ("--student", student, "--teacher", teacher, "--detector", "lexicon")
    run("tessy.cli", *common, *both, "--out", "synthesized.jsonl")

    right = {}
    for name in ("student", "synthesized"):
        written = {row["id"]: row for _, row in read_rows(tmp_path / f"{name}.jsonl")}
        assert set(written) == {question.id for question in asked}
        right[name] = sum(check(question, written[question.id]["messages"][-1]["content"]) for question in asked)
    assert right["synthesized"] >= 34
    assert right["synthesized"] > right["student"]
    teachers = [row["tokens"]["teacher"] for row in written.values()]
    assert min(teachers) > 0


def start(command):
    return subprocess.Popen(
        list(map(str, command)), stderr=subprocess.PIPE, text=True, env={**os.environ, "HF_HUB_OFFLINE": "1"}
    )


def wait_for_rows(path, count, process):
    deadline = time.monotonic() + 200
    while len(lines(path)) < count and time.monotonic() < deadline and process.poll() is None:
        time.sleep(0.02)


def check_rows(path):
    rows = [json.loads(line) for line in lines(path)]
    assert sorted(int(row["id"]) for row in rows) == list(range(20))
    for row in rows:
        content = row["messages"][-1]["content"]
        assert (row["segments"][0][1], row["segments"][-1][2]) == (0, len(content))
        assert all(left[2] == right[1] for left, right in zip(row["segments"], row["segments"][1:], strict=False))


def test_kill_9_in_the_middle_and_resume(command, tmp_path):
    out = tmp_path / "out.jsonl"
    process = start(command)
    wait_for_rows(out, 5, process)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=60)
    assert 5 <= len(lines(out)) < 20
    again = start(command)
    said = again.communicate(timeout=300)[1]
    assert again.returncode == 0, said
    check_rows(out)


def test_a_server_that_restarts_in_the_middle_loses_nothing(command, servers, tmp_path):
    out = tmp_path / "out.jsonl"
    process = start(command)
    wait_for_rows(out, 3, process)
    _, teacher = servers(student_path(), teacher_path())
    teacher.kill()
    assert len(lines(out)) < 20
    time.sleep(3)
    assert process.poll() is None
    teacher.start()
    said = process.communicate(timeout=300)[1]
    assert process.returncode == 0, said
    check_rows(out)
    assert not (tmp_path / "out.errors.jsonl").exists()


def test_a_server_that_is_down_or_serves_another_model_is_one_clear_error(command, servers, tmp_path):
    student, _ = servers(student_path(), teacher_path())
    down = ["http://127.0.0.1:9" if part == student.url else part for part in command]
    process = start(down)
    said = process.communicate(timeout=120)[1]
    assert (process.returncode, "is the server running?" in said, "Traceback" in said) == (1, True, False)
    config = tmp_path / "run.toml"
    config.write_text('[student]\nname = "other"\n')
    process = start([*command, "--config", config])
    said = process.communicate(timeout=120)[1]
    assert (process.returncode, "serves 'student', not 'other'" in said, "Traceback" in said) == (1, True, False)


def test_a_prompt_longer_than_the_context_gets_an_error_row(servers):
    student, teacher = (HttpEngine(ModelSettings(model=s.url)) for s in servers(student_path(), teacher_path()))
    outcomes = []

    async def work():
        async with Synthesizer(student, teacher, MINIATURE_STYLE, limits=LIMITS) as synthesizer:
            long = Prompt.from_text("run 1 + 1 " * 2000, id="long")
            await synthesizer.run([long, *ask(2)[1]], outcomes.append)

    asyncio.run(work())
    failed = {outcome.prompt.id: type(outcome.error).__name__ for outcome in outcomes if outcome.error}
    assert failed == {"long": "ContextLengthError"}
