import json

import pytest

from detectors.errors import DataError, UsageError
from tessy.viewer.write import write_viewer
from tests.tessy.viewer.conftest import row, write


def test_rows_are_counted_and_reported(tmp_path):
    rows = write(tmp_path / "rows.jsonl", [row(number) for number in range(5)])
    told = []
    assert write_viewer(rows, tmp_path / "new" / "view.html", report=lambda *done: told.append(done)) == 5
    size = rows.stat().st_size
    assert told == [(size * number // 5, size) for number in range(1, 6)]
    assert write_viewer(rows, tmp_path / "view.html", limit=2) == 2
    assert (tmp_path / "view.html").read_text().endswith("</html>\n")


def test_the_same_rows_make_the_same_page(tmp_path):
    rows = write(tmp_path / "rows.jsonl", [row(number) for number in range(5)])
    pages = [tmp_path / "1.html", tmp_path / "2.html"]
    for page in pages:
        write_viewer(rows, page)
    assert pages[0].read_bytes() == pages[1].read_bytes()


def test_a_bad_row_is_an_error_with_its_line_and_leaves_the_page_of_before(tmp_path):
    out = tmp_path / "view.html"
    out.write_text("before")
    rows = write(tmp_path / "rows.jsonl", [row(), row(segments=[])])
    with pytest.raises(DataError, match=r"rows\.jsonl:2: the segments end at character 0"):
        write_viewer(rows, out)
    assert out.read_text() == "before"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["rows.jsonl", "view.html"]


def test_an_interrupt_leaves_nothing(tmp_path):
    rows = write(tmp_path / "rows.jsonl", [row(number) for number in range(5)])

    def interrupt(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_viewer(rows, tmp_path / "view.html", report=interrupt)
    assert [path.name for path in tmp_path.iterdir()] == ["rows.jsonl"]


def test_an_input_is_never_replaced(tmp_path):
    rows = write(tmp_path / "rows.jsonl", [row()])
    teacher = write(tmp_path / "teacher.jsonl", [{"id": "q0", "prompt": "question 0", "thinking": "We need 4."}])
    link = tmp_path / "link.html"
    link.symlink_to(rows)
    for out in (rows, teacher, link):
        with pytest.raises(UsageError, match="both read and written"):
            write_viewer(rows, out, teacher=teacher)
    assert json.loads(rows.read_text())["id"] == "q0"


def test_missing_and_unwritable_files_are_usage_errors(tmp_path):
    rows = write(tmp_path / "rows.jsonl", [row()])
    with pytest.raises(UsageError, match="no such file"):
        write_viewer(tmp_path / "none.jsonl", tmp_path / "view.html")
    with pytest.raises(UsageError, match="cannot read"):
        write_viewer(tmp_path, tmp_path / "view.html")
    with pytest.raises(DataError, match="holds no rows"):
        write_viewer(write(tmp_path / "empty.jsonl", []), tmp_path / "view.html")
    with pytest.raises(UsageError, match="cannot write"):
        write_viewer(rows, tmp_path)
    with pytest.raises(UsageError, match="no such file"):
        write_viewer(rows, tmp_path / "view.html", student=tmp_path / "none.jsonl")
