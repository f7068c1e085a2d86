import json

import pytest

from tessy import journal as journals
from tessy.errors import DataError, OutputBusyError, SettingsChangedError, TessyError, UsageError
from tessy.journal import Journal
from tessy.trace import Piece, Role, ThrownDraft, Unfinished

SETTINGS = {"recipe": "tessy", "student": {"model": "s"}}
PIECES = (Piece(Role.STUDENT, "Okay,", (1, 2)), Piece(Role.TEACHER, " 3", (7,)))


@pytest.fixture
def out(tmp_path):
    return tmp_path / "runs" / "x.jsonl"


def rows(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_rows_of_an_earlier_run_are_done(out):
    with Journal(out, SETTINGS) as journal:
        journal.finish({"id": "a"})
        assert journal.is_done("a")
    with Journal(out, SETTINGS) as journal:
        assert (journal.is_done("a"), journal.is_done("b"), journal.finished) == (True, False, 1)
        journal.finish({"id": "b"})
    assert [row["id"] for row in rows(out)] == ["a", "b"]
    assert sorted(path.name for path in out.parent.iterdir()) == ["x.jsonl", "x.run.json"]


def test_a_torn_row_is_made_again(out):
    with Journal(out, SETTINGS) as journal:
        journal.finish({"id": "a"})
    with out.open("a") as file:
        file.write('{"id": "b", "te')
    with Journal(out, SETTINGS) as journal:
        assert not journal.is_done("b")
    assert [row["id"] for row in rows(out)] == ["a"]


def test_half_finished_traces_come_back_once(out):
    with Journal(out, SETTINGS) as journal:
        journal.checkpoint("a", 0, Unfinished(Role.TEACHER, False, PIECES[:1]))
        journal.checkpoint("b", 0, Unfinished(Role.STUDENT, False, PIECES[:1]))
        journal.checkpoint("a", 1, Unfinished(Role.STUDENT, True, PIECES[1:]))
        journal.finish({"id": "b"})
    with Journal(out, SETTINGS) as journal:
        assert journal.half_finished("b") is None
        assert journal.half_finished("a") == Unfinished(Role.STUDENT, True, PIECES)
        assert journal.half_finished("a") is None
        journal.checkpoint("a", 2, Unfinished(Role.TEACHER, True, PIECES[:1]))
    with Journal(out, SETTINGS) as journal:
        assert journal.half_finished("a") == Unfinished(Role.TEACHER, True, PIECES + PIECES[:1])


def test_thrown_drafts_of_half_finished_traces_come_back(out):
    drafts = ThrownDraft(Role.STUDENT, 13, " 3\u2028"), ThrownDraft(Role.TEACHER, 15, " Wait,")
    with Journal(out, SETTINGS) as journal:
        journal.checkpoint("a", 0, Unfinished(Role.TEACHER, False, PIECES[:1], drafts[:1]))
        journal.checkpoint("a", 1, Unfinished(Role.STUDENT, False, PIECES[1:], drafts[1:]))
    for _ in range(2):
        with Journal(out, SETTINGS) as journal:
            assert journal.half_finished("a") == Unfinished(Role.STUDENT, False, PIECES, drafts)


def test_a_torn_checkpoint_costs_only_itself(out):
    with Journal(out, SETTINGS) as journal:
        journal.checkpoint("a", 0, Unfinished(Role.TEACHER, False, PIECES[:1]))
        journal.checkpoint("a", 1, Unfinished(Role.TEACHER, False, PIECES[1:]))
        content = journal.partial.read_bytes()
    out.with_name("x.partial.jsonl").write_bytes(content[:-9])
    with Journal(out, SETTINGS) as journal:
        assert journal.half_finished("a") == Unfinished(Role.TEACHER, False, PIECES[:1])


def test_partial_traces_are_compacted_while_running(out, monkeypatch):
    monkeypatch.setattr(journals, "_COMPACT_BYTES", 2_000)
    with Journal(out, SETTINGS) as journal:
        journal.checkpoint("kept", 0, Unfinished(Role.TEACHER, False, PIECES))
        for number in range(100):
            journal.checkpoint(str(number), 0, Unfinished(Role.TEACHER, False, PIECES))
            journal.finish({"id": str(number)})
        assert journal.partial.stat().st_size < 4_000
    with Journal(out, SETTINGS) as journal:
        assert journal.half_finished("kept") == Unfinished(Role.TEACHER, False, PIECES)


def test_errors_stay_until_their_prompt_is_done(out):
    with Journal(out, SETTINGS) as journal:
        journal.fail({"id": "a", "error": 1})
        journal.fail({"id": "b", "error": 1})
    with Journal(out, SETTINGS) as journal:
        journal.finish({"id": "a"})
        journal.fail({"id": "b", "error": 2})
        assert not journal.is_done("b")
    assert rows(out.with_name("x.errors.jsonl")) == [{"id": "b", "error": 2}]


def test_changed_settings_are_refused_and_named(out):
    with Journal(out, SETTINGS) as journal:
        journal.finish({"id": "a"})
    with pytest.raises(SettingsChangedError, match=r"student.model was 's', is 't'.*--no-resume"):
        Journal(out, SETTINGS | {"student": {"model": "t"}}).__enter__()
    assert [row["id"] for row in rows(out)] == ["a"]


def test_without_resume_the_old_output_is_set_aside(out):
    for name in ("a", "b", "c"):
        with Journal(out, {"seed": name}, resume=False) as journal:
            journal.finish({"id": name})
    assert [rows(path)[0]["id"] for path in (out.with_name("x.1.jsonl"), out.with_name("x.2.jsonl"), out)] == [
        "a",
        "b",
        "c",
    ]


def test_somebody_elses_file_is_left_alone(out):
    out.parent.mkdir()
    out.write_text('{"id": "a"}\n')
    with pytest.raises(UsageError, match="does not say how it was made"):
        Journal(out, SETTINGS).__enter__()
    assert out.read_text() == '{"id": "a"}\n'


def test_a_broken_line_in_the_middle_is_named(out):
    with Journal(out, SETTINGS) as journal:
        journal.finish({"id": "a"})
    out.write_text('{"id": "a"}\ngarbage\n{"id": "b"}\n')
    with pytest.raises(DataError, match=r"x.jsonl:2"):
        Journal(out, SETTINGS).__enter__()


def test_two_processes_do_not_write_one_output(out):
    with Journal(out, SETTINGS), pytest.raises(OutputBusyError):
        Journal(out, SETTINGS).__enter__()


def test_an_output_that_cannot_be_written(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="cannot write"):
        Journal(tmp_path / "file" / "x.jsonl", SETTINGS).__enter__()


def test_a_full_disk_is_one_clear_error(out, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    with Journal(out, SETTINGS) as journal:
        monkeypatch.setattr(journals, "append_row", full)
        with pytest.raises(TessyError, match="No space left"):
            journal.finish({"id": "a"})


def test_half_finished_traces_of_other_settings_are_not_taken_up(out):
    with Journal(out, SETTINGS) as journal:
        journal.checkpoint("a", 0, Unfinished(Role.TEACHER, False, PIECES))
    other = SETTINGS | {"student": {"model": "t"}}
    with pytest.raises(SettingsChangedError, match=r"student.model was 's', is 't'"):
        Journal(out, other).__enter__()
    with Journal(out, SETTINGS) as journal:
        assert journal.half_finished("a")
    out.unlink()
    with Journal(out, other, resume=False) as journal:
        assert journal.half_finished("a") is None


def test_a_disk_that_stays_full_keeps_its_error_and_frees_the_output(out, monkeypatch):
    def tidy(*_):
        raise UsageError("cannot write x.partial.jsonl: No space left on device")

    def append(*_):
        raise OSError(28, "No space left on device")

    def run(journal):
        with journal:
            monkeypatch.setattr(journals, "write_rows", tidy)
            monkeypatch.setattr(journals, "append_row", append)
            journal.finish({"id": "a"})

    with Journal(out, SETTINGS) as journal:
        journal.checkpoint("a", 0, Unfinished(Role.TEACHER, False, PIECES))
    with pytest.raises(TessyError, match="make room") as stopped:
        run(Journal(out, SETTINGS))
    assert not isinstance(stopped.value, UsageError)
    monkeypatch.undo()
    with Journal(out, SETTINGS) as journal:
        assert journal.half_finished("a") == Unfinished(Role.TEACHER, False, PIECES)
