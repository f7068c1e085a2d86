import json

import pytest

from tessy.errors import SettingsChangedError, UsageError
from tessy.run_settings import check_unchanged, flatten, write_settings


def test_flatten_names_by_dots():
    assert dict(flatten({"a": {"b": {"c": 1}, "d": [2]}, "e": 3})) == {"a.b.c": 1, "a.d": [2], "e": 3}


def test_what_is_written_is_unchanged(tmp_path):
    settings = {"a": {"b": 1.5}, "list": ["x"]}
    write_settings(tmp_path / "s.json", settings)
    check_unchanged(tmp_path / "s.json", settings, tmp_path / "out.jsonl")
    assert json.loads((tmp_path / "s.json").read_text()) == settings
    assert [path.name for path in tmp_path.iterdir()] == ["s.json"]


def test_new_gone_and_changed_settings_are_named(tmp_path):
    write_settings(tmp_path / "s.json", {"gone": 1, "same": 2, "changed": 3})
    with pytest.raises(SettingsChangedError) as caught:
        check_unchanged(tmp_path / "s.json", {"same": 2, "changed": 4, "new": 5}, tmp_path / "out.jsonl")
    said = str(caught.value)
    assert all(part in said for part in ("changed was 3, is 4", "gone was 1, is None", "new was None, is 5"))
    assert "same" not in said


def test_many_changes_are_cut_short(tmp_path):
    write_settings(tmp_path / "s.json", {})
    with pytest.raises(SettingsChangedError, match="and 4 more"):
        check_unchanged(tmp_path / "s.json", {str(n): n for n in range(9)}, tmp_path / "out.jsonl")


def test_a_record_that_cannot_be_read(tmp_path):
    (tmp_path / "s.json").write_text("{")
    with pytest.raises(UsageError, match="--no-resume"):
        check_unchanged(tmp_path / "s.json", {}, tmp_path / "out.jsonl")
