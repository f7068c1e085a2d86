import json
import os
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from detectors.lexicon import LexiconDetector
from detectors.store import save
from tessy import run as runs
from tessy.errors import DataError, EngineAnswerError, SettingsChangedError, UsageError
from tessy.settings import ModelSettings, RunSettings
from tessy.viewer.blocks import Mark
from tessy.viewer.trace_view import read_view
from tests.tessy.test_synthesizer import SCRIPT, Engine

QUIET = Console(quiet=True)


@pytest.fixture
def settings(tmp_path, monkeypatch):
    monkeypatch.setattr(runs, "open_engine", lambda model: Engine(SCRIPT))
    prompts = tmp_path / "p.jsonl"
    prompts.write_text("".join(json.dumps({"id": str(n), "prompt": f"q {n}", "level": n}) + "\n" for n in range(20)))
    save(LexiconDetector({"okay ,": 1.0, "wait ,": 1.0, "hmm .": 1.0}), tmp_path / "lexicon")
    model = ModelSettings(model="scripted")
    return RunSettings(
        str(prompts), str(tmp_path / "out.jsonl"), str(tmp_path / "lexicon"), student=model, teacher=model
    )


def change(settings, **changes):
    return replace(settings, **changes)


def rows(settings):
    return [json.loads(line) for line in Path(settings.out).read_text().splitlines()]


def test_a_run_writes_whole_rows(settings):
    report = runs.synthesize(settings, QUIET)
    assert (report.finished, report.failed, report.earlier) == (20, 0, 0)
    for row in rows(settings):
        content = row["messages"][-1]["content"]
        assert row["messages"][0]["content"] == f"q {row['id']}"
        assert row["metadata"] == {"level": int(row["id"])}
        assert (row["segments"][0][1], row["segments"][-1][2]) == (0, len(content))
        assert all(left[2] == right[1] for left, right in zip(row["segments"], row["segments"][1:], strict=False))
        assert (row["stop_reason"], row["provenance"]["recipe"]) == ("finished", "tessy")


def test_rows_keep_thrown_drafts_when_asked_to_and_the_page_shows_them(settings):
    runs.synthesize(change(settings, limit=5), QUIET)
    # The setting shapes no text: a run may go on with another.
    runs.synthesize(change(settings, keep_drafts=True), QUIET)
    drafts = [row.get("thrown") for row in rows(settings)]
    assert drafts.count(None) == 5
    assert {len(found) for found in drafts if found} == {rows(settings)[0]["hand_overs"]}
    view = read_view(rows(settings)[-1], "out.jsonl:20")
    assert sum(part.mark is Mark.THROWN for block in view.thinking for part in block) == len(drafts[-1])


def test_limit_then_the_rest(settings):
    assert runs.synthesize(change(settings, limit=5), QUIET).finished == 5
    report = runs.synthesize(settings, QUIET)
    assert (report.finished, report.earlier) == (15, 5)
    assert sorted(int(row["id"]) for row in rows(settings)) == list(range(20))


def test_other_settings_are_refused(settings):
    runs.synthesize(settings, QUIET)
    with pytest.raises(SettingsChangedError, match="seed was 0, is 1"):
        runs.synthesize(change(settings, seed=1), QUIET)
    assert runs.synthesize(change(settings, seed=1, resume=False), QUIET).finished == 20


def test_more_concurrency_is_no_other_setting(settings):
    runs.synthesize(change(settings, limit=5), QUIET)
    assert runs.synthesize(change(settings, concurrency=3), QUIET).finished == 15


def test_failures_get_error_rows_and_another_try(settings, monkeypatch):
    error = EngineAnswerError("garbage", where="http://x", advice="look")
    monkeypatch.setattr(runs, "open_engine", lambda model: Engine(SCRIPT, fails={"3", "4"}, error=error))
    report = runs.synthesize(settings, QUIET)
    assert (report.finished, report.failed) == (18, 2)
    errors = [json.loads(line) for line in Path(settings.out).with_suffix(".errors.jsonl").read_text().splitlines()]
    assert {row["id"] for row in errors} == {"3", "4"}
    assert errors[0]["error"] == {
        "type": "EngineAnswerError", "message": "garbage", "where": "http://x", "advice": "look"
    }  # fmt: skip
    monkeypatch.setattr(runs, "open_engine", lambda model: Engine(SCRIPT))
    assert runs.synthesize(settings, QUIET).finished == 2
    assert sorted(int(row["id"]) for row in rows(settings)) == list(range(20))


def test_a_bad_prompt_shows_before_anything_starts(settings, monkeypatch):
    with Path(settings.prompts).open("a") as file:
        file.write("{broken\n")
    monkeypatch.setattr(runs, "open_engine", lambda model: pytest.fail("an engine was opened"))
    with pytest.raises(DataError, match=r"p.jsonl:21"):
        runs.synthesize(settings, QUIET)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"prompts": ""}, "no prompts"),
        ({"out": ""}, "no output"),
        ({"detector": ""}, "needs a detector"),
        ({"detector": "/nowhere"}, "/nowhere"),
        ({"student": ModelSettings()}, "needs a student"),
        ({"recipe": "x"}, "no recipe 'x'"),
    ],
)
def test_what_is_missing_is_said(settings, changes, said):
    with pytest.raises(UsageError, match=said):
        runs.synthesize(change(settings, **changes), QUIET)


def test_baselines_need_no_detector_and_one_model(settings):
    report = runs.synthesize(change(settings, recipe="teacher-only", detector="", student=ModelSettings()), QUIET)
    assert report.finished == 20


def test_a_role_may_have_its_own_detector(settings, tmp_path):
    save(LexiconDetector({"zzz": 1.0}), tmp_path / "other")
    model = ModelSettings(model="scripted", detector=str(tmp_path / "other"))
    runs.synthesize(change(settings, teacher=model, limit=1), QUIET)
    detectors = rows(settings)[0]["provenance"]["detector"]
    assert detectors["student"]["sha256"] != detectors["teacher"]["sha256"]


def test_a_preview_writes_nothing(settings, tmp_path):
    before = sorted(tmp_path.iterdir())
    shown = []
    runs.preview(change(settings, out=""), 3, shown.append)
    assert sorted(trace.id for trace in shown) == ["0", "1", "2"]
    assert sorted(tmp_path.iterdir()) == before


def test_a_preview_that_fails_says_why(settings, monkeypatch):
    monkeypatch.setattr(runs, "open_engine", lambda model: Engine(SCRIPT, fails={"0"}))
    with pytest.raises(EngineAnswerError, match="garbage"):
        runs.preview(settings, 1, lambda trace: None)


def test_plain_progress_when_not_on_a_terminal(settings):
    said = StringIO()
    runs.synthesize(settings, Console(file=said, force_terminal=False))
    log = said.getvalue()
    assert "20/20 traces" in log
    assert "tokens kept" in log
    assert "ETA" in log


def test_live_progress_on_a_terminal(settings):
    said = StringIO()
    runs.synthesize(settings, Console(file=said, force_terminal=True, width=100))
    assert "traces" in said.getvalue()


def test_prompts_and_output_must_be_two_plain_files(settings, tmp_path):
    before = Path(settings.prompts).read_bytes()
    with pytest.raises(UsageError, match="both the prompts and the output"):
        runs.synthesize(change(settings, out=settings.prompts, resume=False), QUIET)
    assert Path(settings.prompts).read_bytes() == before
    os.mkfifo(tmp_path / "pipe")
    for changes in ({"prompts": str(tmp_path / "pipe")}, {"out": "/dev/null"}):
        with pytest.raises(UsageError, match="not a plain file"):
            runs.synthesize(change(settings, **changes), QUIET)
