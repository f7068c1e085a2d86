"""The processes of vLLM in a run: they end with it, and say nothing on its terminal."""

import os
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import pytest

from analysis.jsonl import write_rows
from tessy.miniature import questions
from tests.tessy.test_cli import COMMAND

pytest.importorskip("vllm", reason="vLLM is not installed")
pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


def descendants(process):
    """List the children of a process, and theirs."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
    found = [child for child, parent in parents.items() if parent == process]
    return found + [grandchild for child in found for grandchild in descendants(child)]


def is_alive(process):
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def left(processes):
    """Return those that still live after a while: Python's own helper ends only after the run itself."""
    deadline = time.monotonic() + 20
    while (living := [number for number in processes if is_alive(number)]) and time.monotonic() < deadline:
        time.sleep(0.1)
    return living


@pytest.fixture
def run(tmp_path):
    """A run of the student alone, with twenty rows written, and the processes it has started."""
    prompts, out, config = (tmp_path / name for name in ("p.jsonl", "out.jsonl", "run.toml"))
    write_rows(prompts, ({"id": str(n), "prompt": q.prompt} for n, q in enumerate(questions("run", 3_000, seed=3))))
    config.write_text('[student]\nengine = "vllm"\ncontext_length = 512\nkv_cache_gib = 0.25\n')
    options = ("--student", "miniature/student", "--recipe", "student-only", "--prompts", prompts, "--out", out)
    command = [*COMMAND, "run", "--config", config, *options]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("COVERAGE_", "COV_"))}
    process = subprocess.Popen(
        list(map(str, command)), stderr=subprocess.PIPE, text=True, env=environment, start_new_session=True
    )
    while process.poll() is None and not (out.is_file() and out.read_bytes().count(b"\n") > 20):
        time.sleep(0.1)
    started = descendants(process.pid)
    yield process, started
    for number in (process.pid, *started):
        with suppress(ProcessLookupError):
            os.kill(number, signal.SIGKILL)
    process.wait()


def test_ctrl_c_ends_a_run_and_its_engine_and_shows_no_traceback(run, tmp_path):
    process, started = run
    # As a terminal does: to all of the group.
    os.killpg(process.pid, signal.SIGINT)
    said = process.communicate(timeout=60)[1]
    assert process.returncode == 130, said
    assert "Traceback" not in said
    assert "EngineCore" not in said
    assert started
    assert left(started) == []
    assert not (tmp_path / "out.errors.jsonl").exists()


def test_a_run_that_is_killed_takes_its_engine_along(run):
    process, started = run
    process.kill()
    process.wait()
    assert started
    assert left(started) == []
