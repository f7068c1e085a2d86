from dataclasses import replace

import pytest

from analysis.jsonl import write_rows
from analysis.report.compared_corpus import on_shared_questions, read_compared
from detectors.errors import DataError, UsageError


def test_the_student_comes_first_and_others_have_their_names(files):
    student, teacher, near = files
    corpora = read_compared(student, teacher, [f"near={near}"])
    assert [corpus.key for corpus in corpora] == ["student", "teacher", "near"]
    assert [corpus.path for corpus in corpora] == [student, teacher, near]
    assert all(len(corpus.sha256) == 64 for corpus in corpora)


def test_a_role_is_called_by_its_model_where_all_rows_name_one(tmp_path):
    rows = [{"prompt": str(n), "thinking": "So it is.", "model": "Qwen3-8B"} for n in range(2)]
    for name, model in {"one": "Qwen3-8B", "two": "gpt-oss"}.items():
        write_rows(tmp_path / name, [{**row, "model": model} for row in rows])
    write_rows(tmp_path / "mixed", [rows[0], {**rows[1], "model": "other"}])
    labels = [corpus.label for corpus in read_compared(tmp_path / "one", tmp_path / "two", [f"x={tmp_path / 'mixed'}"])]
    assert labels == ["Qwen3-8B", "gpt-oss", "x"]
    # Two of one name would be one line in a figure.
    assert [corpus.label for corpus in read_compared(tmp_path / "one", tmp_path / "one", [])] == ["student", "teacher"]


@pytest.mark.parametrize(
    ("other", "message"),
    [
        ("near", "names no corpus"),
        ("teacher=x", "given twice"),
        ("a\tb=x", "cannot name files"),
        (f"{'n' * 101}=x", "short name"),
        ("near=none.jsonl", "no such file"),
    ],
)
def test_what_is_no_name_is_said(files, other, message):
    with pytest.raises(UsageError, match=message) as caught:
        read_compared(*files[:2], [other])
    assert caught.value.advice


def test_traces_without_a_thinking_are_left_out(tmp_path, files):
    rows = [
        {"prompt": "1", "thinking": "So.", "answer": "1"},
        {"prompt": "2", "completion": "<think>\n\n</think>\n\n2"},
    ]
    write_rows(tmp_path / "x.jsonl", rows)
    assert len(read_compared(tmp_path / "x.jsonl", files[1], [])[0].traces) == 1


def test_only_questions_that_all_answer_stay(compared):
    first, second, third = compared[0]
    kept = {trace.question for trace in first.traces[:5]}
    some = replace(second, traces=[trace for trace in second.traces if trace.question in kept])
    shared = on_shared_questions([first, some, third])
    assert {question for corpus in shared for question in corpus.questions} == kept == shared[0].questions
    one = replace(second, traces=[trace for trace in second.traces if trace.question == min(kept)])
    with pytest.raises(DataError, match="1 questions are answered by all of student, teacher"):
        on_shared_questions([first, one])
