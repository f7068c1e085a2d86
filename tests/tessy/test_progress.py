import asyncio
from io import StringIO

from rich.console import Console

from tessy import progress as progresses
from tessy.progress import RunProgress
from tessy.trace import Role


def follow(console, monkeypatch, seconds=0.0):
    monkeypatch.setattr(progresses, "_LIVE_SECONDS", 0.01)
    monkeypatch.setattr(progresses, "_PLAIN_SECONDS", 0.01)
    kept = {Role.STUDENT: 300, Role.TEACHER: 900}
    progress = RunProgress(console, 4, lambda: kept)

    async def work():
        async with progress.shown():
            progress.advance(failed=False)
            progress.advance(failed=True)
            await asyncio.sleep(seconds)

    asyncio.run(work())
    return progress


def test_plain_lines_say_traces_speed_share_failures_and_time_left(monkeypatch):
    said = StringIO()
    follow(Console(file=said, force_terminal=False, width=40), monkeypatch, seconds=0.1)
    lines = said.getvalue().splitlines()
    assert len(lines) > 1
    assert lines[-1].startswith("2/4 traces, 1,200 tokens kept, ")
    assert ", teacher 75%, 1 failed, ETA 0:00:0" in lines[-1]


def test_on_a_terminal_one_line_is_kept_up(monkeypatch):
    said = StringIO()
    follow(Console(file=said, force_terminal=True, width=120), monkeypatch, seconds=0.3)
    assert "2/4" in said.getvalue()
    assert "teacher 75%" in said.getvalue()


def test_nothing_is_known_before_the_first_trace():
    progress = RunProgress(Console(quiet=True), 4, lambda: dict.fromkeys(Role, 0))
    assert "teacher 0%, ETA -:--:--" in progress.line()
