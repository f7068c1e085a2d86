import json
import os
import signal
import subprocess
import sys
import time

import pytest
from typer.testing import CliRunner

from detectors.lexicon import LexiconDetector
from detectors.store import save
from tessy import run as runs
from tessy.cli import app, main
from tessy.miniature import questions, student_path, teacher_path
from tests.tessy.test_synthesizer import SCRIPT, Engine

LEXICON = {"okay ,": 1.0, "wait ,": 1.0, "hmm .": 1.0}


@pytest.fixture
def files(tmp_path):
    rows = [{"id": str(n), "prompt": f"question {n}"} for n in range(6)]
    (tmp_path / "p.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    save(LexiconDetector(LEXICON), tmp_path / "lexicon")
    return tmp_path


@pytest.fixture
def scripted(monkeypatch):
    monkeypatch.setattr(runs, "open_engine", lambda model: Engine(SCRIPT))


def arguments(files, *more):
    base = ["run", "--prompts", files / "p.jsonl", "--student", "s", "--teacher", "t"]
    return [*map(str, base), "--detector", str(files / "lexicon"), "--out", str(files / "out.jsonl"), *more]


def call(monkeypatch, capsys, *argv):
    """Call the command as the shell does; return its exit code, output and error output."""
    monkeypatch.setattr(sys, "argv", ["tessy-synth", *map(str, argv)])
    with pytest.raises(SystemExit) as stop:
        main()
    said = capsys.readouterr()
    return stop.value.code, said.out, said.err


@pytest.mark.usefixtures("scripted")
def test_run_and_again(files, monkeypatch, capsys):
    code, _, said = call(monkeypatch, capsys, *arguments(files))
    assert (code, "6 traces written" in said) == (0, True)
    code, _, said = call(monkeypatch, capsys, *arguments(files))
    assert (code, "0 traces written (6 were there before)" in said) == (0, True)


@pytest.mark.usefixtures("scripted")
def test_preview_shows_and_writes_nothing(files, monkeypatch, capsys):
    code, out, _ = call(monkeypatch, capsys, *arguments(files, "--preview", "2"))
    assert code == 0
    assert "3 + 4 = 7" in out
    assert not (files / "out.jsonl").exists()


@pytest.mark.usefixtures("scripted")
def test_a_configuration_with_flags_over_it(files, monkeypatch, capsys):
    config = files / "run.toml"
    config.write_text(
        f'prompts = "{files}/p.jsonl"\nout = "{files}/out.jsonl"\ndetector = "{files}/lexicon"\n'
        'student = "s"\nteacher = "t"\nlimit = 1\n'
    )
    code, _, said = call(monkeypatch, capsys, "run", "--config", config, "--limit", "3")
    assert (code, "3 traces written" in said) == (0, True)


def test_failed_prompts_are_exit_code_1(files, monkeypatch, capsys):
    monkeypatch.setattr(runs, "open_engine", lambda model: Engine(SCRIPT, fails={"2"}))
    code, _, said = call(monkeypatch, capsys, *arguments(files))
    assert (code, f"{files}/out.errors.jsonl: 1 prompts failed" in said) == (1, True)


@pytest.mark.parametrize(
    ("argv", "code", "said"),
    [
        (["run", "--config", "none.toml"], 2, "no such file: none.toml"),
        (["run"], 2, "no prompts"),
        (["run", "--prompts", "none.jsonl", "--out", "o.jsonl"], 2, "none.jsonl"),
        (["run", "--seed", "x"], 2, "--seed"),
        (["run", "--concurrency", "0"], 2, "--concurrency"),
        (["run", "--nonsense"], 2, "--nonsense"),
        (["run", "--recipe", "x", "--prompts", "{files}/p.jsonl", "--out", "o.jsonl"], 2, "no recipe 'x'"),
        (["run", "--prompts", "{files}/bad.jsonl", "--out", "o.jsonl"], 1, "bad.jsonl:1: not JSON"),
        (["run", "--prompts", "{files}/empty.jsonl", "--out", "o.jsonl"], 1, "empty.jsonl"),
    ],
)
def test_errors_are_one_line_without_a_traceback(files, monkeypatch, capsys, argv, code, said):
    monkeypatch.chdir(files)
    (files / "bad.jsonl").write_text("{\n")
    (files / "empty.jsonl").touch()
    got, _, error = call(monkeypatch, capsys, *(part.format(files=files) for part in argv))
    assert got == code
    assert said in error
    assert "Traceback" not in error


def test_help_names_every_command_and_option():
    runner = CliRunner()
    assert {"run", "demo"} <= set(runner.invoke(app, ["--help"]).output.split())
    said = runner.invoke(app, ["run", "--help"], env={"COLUMNS": "160"}).output
    for option in ("--prompts", "--student", "--teacher", "--detector", "--out", "--config", "--limit", "--seed",
                   "--concurrency", "--no-resume", "--preview", "--recipe"):  # fmt: skip
        assert option in said


# Where the tests run in the background Ctrl-C is ignored, and a process inherits that.
HEED_INTERRUPTS = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
COMMAND = [sys.executable, "-c", f"{HEED_INTERRUPTS}; from tessy.cli import main; main()"]


def miniature_arguments(folder, count):
    rows = [{"id": str(n), "prompt": q.prompt} for n, q in enumerate(questions("run", count, seed=5))]
    (folder / "p.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    style = dict.fromkeys(("okay , let's see .", "first ,", "then ,", "so now ,", ". hmm .", ".", ";"), 1.0)
    save(LexiconDetector(style), folder / "lexicon")
    models = ["--student", student_path(), "--teacher", teacher_path(), "--detector", folder / "lexicon"]
    options = ["--out", folder / "out.jsonl", "--concurrency", "4", "--thinking-tokens", "200"]
    return [*COMMAND, "run", "--prompts", folder / "p.jsonl", *models, *options]


def lines(path):
    return path.read_text().splitlines() if path.exists() else []


@pytest.mark.slow
@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_ended_in_the_middle_goes_on(tmp_path, end):
    command = list(map(str, miniature_arguments(tmp_path, 40)))
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1"}
    process = subprocess.Popen(command, stderr=subprocess.PIPE, env=environment, text=True)
    deadline = time.monotonic() + 240
    while len(lines(tmp_path / "out.jsonl")) < 8 and time.monotonic() < deadline and process.poll() is None:
        time.sleep(0.05)
    process.send_signal(end)
    said = process.communicate(timeout=60)[1]
    assert process.returncode == (-signal.SIGKILL if end == signal.SIGKILL else 130), said
    assert "Traceback" not in said
    before = lines(tmp_path / "out.jsonl")
    assert 8 <= len(before) < 40
    done = subprocess.run(command, check=False, stderr=subprocess.PIPE, env=environment, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    after = [json.loads(line) for line in lines(tmp_path / "out.jsonl")]
    assert sorted(int(row["id"]) for row in after) == list(range(40))
    assert not (tmp_path / "out.partial.jsonl").exists()
