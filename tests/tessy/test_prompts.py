import json

import pytest

from tessy.errors import DataError, UsageError
from tessy.prompts import Prompt, read_prompts


def write(path, *rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_both_shapes_and_metadata(tmp_path):
    path = write(
        tmp_path / "p.jsonl",
        {"id": "a", "prompt": "2 + 2?", "level": 3},
        {"messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "3?"}]},
        {"id": 7, "prompt": "4?"},
    )
    first, second, third = read_prompts(path)
    assert first == Prompt("a", ({"role": "user", "content": "2 + 2?"},), {"level": 3})
    assert second.messages[0]["role"] == "system"
    assert len(second.id) == 16
    assert third.id == "7"


def test_the_hash_of_a_prompt_does_not_change():
    assert Prompt.from_text("2 + 2?").id == Prompt.from_text("2 + 2?").id != Prompt.from_text("2 + 3?").id


def test_limit(tmp_path):
    path = write(tmp_path / "p.jsonl", *({"prompt": str(n)} for n in range(5)))
    assert len(list(read_prompts(path, limit=2))) == 2


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({}, "needs 'prompt'"),
        ({"question": "x"}, "'question'"),
        ({"prompt": ""}, "not empty"),
        ({"prompt": 3}, "not 3"),
        ({"messages": []}, "at least one"),
        ({"messages": [{"role": "user"}]}, "content"),
        ({"messages": [{"role": "robot", "content": "x"}]}, "'robot'"),
        ({"messages": [{"role": "assistant", "content": "x"}]}, "the assistant's"),
        ({"id": [1], "prompt": "x"}, "[1]"),
        ({"id": "", "prompt": "x"}, "''"),
        ({"id": "\ud800", "prompt": "x"}, "surrogate"),
    ],
)
def test_a_bad_row_names_file_and_line(tmp_path, row, said):
    path = write(tmp_path / "p.jsonl", {"prompt": "fine"}, row)
    with pytest.raises(DataError) as caught:
        list(read_prompts(path))
    assert said in str(caught.value)
    assert caught.value.where == f"{path}:2"


def test_duplicate_ids_name_both_lines(tmp_path):
    path = write(tmp_path / "p.jsonl", {"id": "a", "prompt": "x"}, {"prompt": "y"}, {"id": "a", "prompt": "z"})
    with pytest.raises(DataError, match=r"p.jsonl:3: id 'a' stands in line 1 already"):
        list(read_prompts(path))


def test_missing_and_empty_files(tmp_path):
    with pytest.raises(UsageError):
        list(read_prompts(tmp_path / "none.jsonl"))
    (tmp_path / "empty.jsonl").touch()
    with pytest.raises(DataError):
        list(read_prompts(tmp_path / "empty.jsonl"))
