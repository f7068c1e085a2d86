import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.jsonl import read_rows, write_rows
from detectors.errors import DataError, UsageError

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner)
    ),
    max_leaves=5,
)
rows_of_any_kind = st.lists(
    st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), values), min_size=1, max_size=5
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows_of_any_kind)
def test_rows_come_back_as_they_were(tmp_path, rows):
    path = tmp_path / "rows.jsonl"
    assert write_rows(path, rows) == len(rows)
    assert list(read_rows(path)) == list(enumerate(rows, start=1))


def test_blank_lines_and_a_byte_order_mark_are_passed_over(tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_bytes(b'\xef\xbb\xbf{"a": 1}\r\n\n {"a": "\xc3\xa9\xe2\x80\xa8"}')
    assert list(read_rows(path)) == [(1, {"a": 1}), (3, {"a": "é\u2028"})]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"{", "not JSON"),
        (b"[1]", "expected a JSON object"),
        (b'{"a": "\xff"}', "UTF-8"),
        (b"[" * 100_000, "not JSON"),
        (b'{"a": ' + b"1" * 5000 + b"}", "not JSON"),
    ],
)
def test_a_bad_line_is_named(tmp_path, line, message):
    path = tmp_path / "rows.jsonl"
    path.write_bytes(b'{"a": 1}\n' + line + b"\n")
    with pytest.raises(DataError, match=message) as caught:
        list(read_rows(path))
    assert caught.value.where == f"{path}:2"


def test_missing_and_empty_files(tmp_path):
    with pytest.raises(UsageError, match="no such file"):
        list(read_rows(tmp_path / "none.jsonl"))
    with pytest.raises(UsageError, match="cannot read"):
        list(read_rows(tmp_path))
    (tmp_path / "empty.jsonl").write_text("\n")
    with pytest.raises(DataError, match="no rows"):
        list(read_rows(tmp_path / "empty.jsonl"))


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "rows.jsonl"
    write_rows(path, [{"a": 1}])

    def broken():
        yield {"a": 2}
        raise DataError("stop")

    with pytest.raises(DataError, match="stop"):
        write_rows(path, broken())
    assert json.loads(path.read_text()) == {"a": 1}
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="cannot write"):
        write_rows(tmp_path / "file" / "rows.jsonl", [{}])
