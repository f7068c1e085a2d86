import json

import pyarrow
import pyarrow.parquet
import pytest

from analysis.corpus import CorpusTrace, pair, read_corpus, read_trace
from detectors.errors import DataError, UsageError

THINK = "<think>\nSo 3.\n</think>\n\nIt is 3."
USER = {"role": "user", "content": "1 + 2?"}

SHAPES = {
    "messages with marks": {"messages": [USER, {"role": "assistant", "content": THINK}]},
    "marks opened by the prompt": {
        "messages": [USER, {"role": "assistant", "content": THINK.removeprefix("<think>\n")}]
    },
    "reasoning_content": {
        "messages": [USER, {"role": "assistant", "reasoning_content": "So 3.", "content": "It is 3."}]
    },
    "thinking of gpt-oss": {"messages": [USER, {"role": "assistant", "thinking": "So 3.", "content": "It is 3."}]},
    "content in parts": {
        "messages": [
            {"role": "user", "content": [{"type": "text", "text": "1 + 2?"}]},
            {"role": "assistant", "content": [{"type": "text", "text": THINK}]},
        ]
    },
    "ShareGPT": {"conversations": [{"from": "human", "value": "1 + 2?"}, {"from": "gpt", "value": THINK}]},
    "dialogs": {"dialogs": [USER, {"role": "assistant", "content": THINK}]},
    "thinking and answer": {"prompt": "1 + 2?", "thinking": "So 3.", "answer": "It is 3."},
    "reasoning and response": {"question": "1 + 2?", "reasoning": "So 3.", "response": "It is 3."},
    "prompt and completion": {"prompt": "1 + 2?", "completion": THINK},
    "tessy's own rows": {
        "messages": [USER, {"role": "assistant", "content": THINK}],
        "segments": [["student", 0, len(THINK)]],
        "stop_reason": "finished",
    },
}


@pytest.mark.parametrize("row", SHAPES.values(), ids=SHAPES)
def test_every_shape_is_the_same_trace(row):
    trace = read_trace({"id": "q1", "model": "m", **row}, "f:1")
    assert trace == CorpusTrace("q1", "1 + 2?", "So 3.", "It is 3.", "m")


def test_the_question_of_an_instruction_with_an_input_is_both():
    first, second = (
        read_trace({"instruction": "Add.", "input": given, "output": THINK}, "f:1") for given in ("1", "2")
    )
    assert first.prompt == "Add.\n\n1"
    assert first.question != second.question
    assert read_trace({"instruction": "Add.", "input": "", "output": THINK}, "f:1").prompt == "Add."
    assert read_trace({"prompt": "?", "instruction": "Add.", "input": "1", "output": THINK}, "f:1").prompt == "?"


def test_plain_text_is_all_thinking():
    assert read_trace({"text": "So 3."}, "f:1").thinking == "So 3."


def test_thinking_that_never_ends_has_no_answer():
    trace = read_trace({"prompt": "?", "completion": "<think>So 3"}, "f:1")
    assert (trace.thinking, trace.answer) == ("So 3", "")


def test_the_last_answer_and_the_first_question_count():
    messages = [{"role": "system", "content": "s"}, USER, {"role": "assistant", "content": "3"}, USER]
    messages.append({"role": "assistant", "content": THINK})
    trace = read_trace({"messages": messages}, "f:1")
    assert trace.thinking == "So 3."


def test_without_an_id_the_prompt_names_the_question():
    one, two = (read_trace({"prompt": prompt, "text": "So"}, "f:1") for prompt in ("1 + 2?", " 1  + 2?\n"))
    assert one.id == two.id
    assert one.question == two.question


def test_parquet_and_json_lines_are_read_alike(tmp_path):
    rows = [{"id": f"q{n}", "prompt": "p", "thinking": f"So {n}.", "answer": None} for n in range(3)]
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), tmp_path / "c.parquet")
    (tmp_path / "c.jsonl").write_text("\n".join(map(json.dumps, rows)))
    assert read_corpus(tmp_path / "c.parquet") == read_corpus(tmp_path / "c.jsonl")


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"id": "a"}, "no trace in this row; it has 'id'"),
        ({"messages": "hello"}, "must be a list of messages"),
        ({"messages": [USER]}, "no message of an assistant"),
        ({"messages": [{"role": "assistant", "content": ""}]}, "empty"),
        ({"text": 3}, "'text' must be text, got '3'"),
    ],
)
def test_a_row_without_a_trace_is_named(row, message):
    with pytest.raises(DataError, match=message) as caught:
        read_trace(row, "f:7")
    assert caught.value.where == "f:7"


def test_an_id_that_comes_twice_is_named(tmp_path):
    path = tmp_path / "c.jsonl"
    path.write_text('{"id": "a", "text": "So"}\n{"id": "a", "text": "So"}\n')
    with pytest.raises(DataError, match="already used on line 1"):
        read_corpus(path)


def test_files_that_are_missing_or_no_parquet(tmp_path):
    for name in ("none.parquet", "none.jsonl"):
        with pytest.raises(UsageError, match="no such file"):
            read_corpus(tmp_path / name)
    (tmp_path / "bad.parquet").write_text("no")
    with pytest.raises(DataError, match="not a Parquet file"):
        read_corpus(tmp_path / "bad.parquet")


def test_pairs_are_made_by_prompt_and_else_by_id():
    student = [CorpusTrace("a", "p1", "s"), CorpusTrace("b", "p2", "s"), CorpusTrace("c", "p3", "s")]
    teacher = [CorpusTrace("x", "p2", "t"), CorpusTrace("a", "other", "t"), CorpusTrace("y", "p9", "t")]
    assert [(one.id, two.id) for one, two in pair(student, teacher)] == [("a", "a"), ("b", "x")]


def test_ids_that_are_the_numbers_of_rows_pair_nothing_wrong():
    student = [CorpusTrace("1", "A?", "s"), CorpusTrace("2", "B?", "s")]
    teacher = [CorpusTrace("1", "B?", "t"), CorpusTrace("2", "A?", "t")]
    assert [(one.prompt, two.prompt) for one, two in pair(student, teacher)] == [("A?", "A?"), ("B?", "B?")]


def test_each_trace_is_paired_once():
    same = CorpusTrace("a", "p", "1")
    assert len(pair([same, same], [same, CorpusTrace("a", "p", "2")])) == 2
    twice = [CorpusTrace("a", "p", "1"), CorpusTrace("a", "p", "2")]
    assert len(pair(twice, twice[:1])) == 1


def test_shared_traces_are_read(shared_data):
    student = read_corpus(shared_data / "traces" / "qwen3-8b.jsonl")
    teacher = read_corpus(shared_data / "traces" / "gpt-oss-20b.jsonl")
    assert len(pair(student, teacher)) == 41


def test_empty_ids_are_none(tmp_path):
    path = tmp_path / "c.jsonl"
    path.write_text('{"id": "", "prompt": "1?", "thinking": "so"}\n{"id": "", "prompt": "1?", "thinking": "thus"}\n')
    assert len(read_corpus(path)) == 2
