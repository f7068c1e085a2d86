import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tessy.errors import DataError
from tessy.rows_on_disk import append_row, ids_of, repair_last_line

ROWS = st.lists(st.fixed_dictionaries({"id": st.text(max_size=5), "text": st.text(max_size=20)}), max_size=6)


@given(ROWS, st.data())
def test_whatever_a_kill_leaves_whole_lines_remain(tmp_path_factory, rows, data):
    path = tmp_path_factory.mktemp("rows") / "out.jsonl"
    with path.open("ab", buffering=0) as file:
        for row in rows:
            append_row(file, row)
    whole = path.read_bytes()
    cut = data.draw(st.integers(0, len(whole)))
    path.write_bytes(whole[:cut])
    size = repair_last_line(path)
    left = path.read_bytes()
    assert len(left) == size
    assert whole.startswith(left)
    # Whole rows stay, even one that lacks only its line break.
    assert left.count(b"\n") >= whole[:cut].count(b"\n")
    assert list(ids_of(path)) == [row["id"] for row in rows[: left.count(b"\n")]]


def test_a_lone_surrogate_is_written_as_json(tmp_path):
    path = tmp_path / "out.jsonl"
    with path.open("ab", buffering=0) as file:
        append_row(file, {"id": "a", "text": "\ud800"})
    assert json.loads(path.read_text(encoding="utf-8"))["text"] == "\ud800"


def test_ids_are_found_wherever_they_stand(tmp_path):
    path = tmp_path / "out.jsonl"
    path.write_text('{"id": "a\\"b"}\n{"x": 1, "id": "c"}\n{"id": "d", "x": 2}\n')
    assert list(ids_of(path)) == ['a"b', "c", "d"]


@pytest.mark.parametrize("line", ["garbage", "[]", '{"x": 1}'])
def test_a_broken_line_is_named(tmp_path, line):
    path = tmp_path / "out.jsonl"
    path.write_text('{"id": "a"}\n' + line + "\n")
    with pytest.raises(DataError) as caught:
        list(ids_of(path))
    assert caught.value.where == f"{path}:2"
