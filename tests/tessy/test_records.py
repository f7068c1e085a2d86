import json
from dataclasses import replace

from tessy.errors import DataError
from tessy.prompts import Prompt, read_prompt
from tessy.records import error_row, trace_row
from tessy.trace import Role, ThrownDraft
from tests.tessy.test_preview import TRACE


def test_a_row_is_json_and_says_all():
    row = trace_row(TRACE, {"recipe": "tessy"})
    assert json.loads(json.dumps(row)) == row
    assert next(iter(row)) == "id"
    assert row["messages"] == [
        {"role": "user", "content": "2 + 2 [bold]?"},
        {"role": "assistant", "content": "Okay, 4"},
    ]
    assert row["segments"] == [["student", 0, 5], ["teacher", 5, 7]]
    assert row["tokens"] == {"student": 1, "teacher": 3}
    assert "metadata" not in row


def test_thrown_drafts_are_there_when_they_were_kept():
    assert "thrown" not in trace_row(TRACE, {})
    assert trace_row(replace(TRACE, thrown=()), {})["thrown"] == []
    row = trace_row(replace(TRACE, thrown=(ThrownDraft(Role.STUDENT, 5, " 4"),)), {})
    assert row["thrown"] == [["student", 5, " 4"]]


def test_metadata_is_carried():
    prompt = Prompt("a", ({"role": "user", "content": "x"},), {"level": 3})
    trace = TRACE.__class__(prompt, "x", (), TRACE.stop_reason)
    assert trace_row(trace, {})["metadata"] == {"level": 3}


def test_errors_are_typed():
    prompt = Prompt.from_text("?", id="a")
    assert error_row(prompt, DataError("bad", where="f:1", advice="do"))["error"] == {
        "type": "DataError", "message": "bad", "where": "f:1", "advice": "do"
    }  # fmt: skip
    assert error_row(prompt, ValueError("x"))["error"]["type"] == "ValueError"


def test_the_row_of_a_failure_names_file_and_line():
    prompt = read_prompt({"id": "a", "prompt": "x"}, "p.jsonl:7")
    assert error_row(prompt, ValueError("x"))["where"] == "p.jsonl:7"
    assert "where" not in error_row(Prompt.from_text("x"), ValueError("x"))
