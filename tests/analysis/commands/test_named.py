from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.commands.named import named_paths
from detectors.errors import UsageError

NAMES = st.text(st.characters(exclude_categories=["C", "Z"], exclude_characters="=/\\"), min_size=1)


@given(st.lists(NAMES, unique=True), st.text(st.characters(exclude_categories=["C"]), min_size=1))
def test_names_and_paths_come_back(names, path):
    found = named_paths([f"{name}=none/{path}" for name in names])
    assert list(found) == names
    assert {*found.values()} <= {Path(f"none/{path}")}


def test_a_path_alone_is_called_by_its_last_part(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("run-1.5").mkdir()
    Path("a=b.jsonl").write_text("{}")
    found = named_paths(["run-1.5", "more/rows.jsonl.gz", "a=b.jsonl", "x=a=b.jsonl"])
    assert list(found) == ["run-1.5", "rows", "a=b", "x"]
    assert found["x"] == found["a=b"] == Path("a=b.jsonl")
    assert list(named_paths(["."])) == [tmp_path.name]


@pytest.mark.parametrize("given_", [["=a"], ["a="], ["a\nb=c"], ["a=b", "a=c"]])
def test_what_names_nothing_is_refused(given_):
    with pytest.raises(UsageError, match="write NAME=PATH"):
        named_paths(given_)
