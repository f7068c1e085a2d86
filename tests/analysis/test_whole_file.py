import os
import stat

import pytest

from analysis.whole_file import check_takes_files, whole_file
from detectors.errors import UsageError


def test_a_file_appears_whole_with_usual_rights(tmp_path):
    path = tmp_path / "folder" / "a.txt"
    with whole_file(path) as target:
        target.write("so\n")
        assert not path.exists()
    assert path.read_bytes() == b"so\n"
    mask = os.umask(0o022)
    os.umask(mask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o666 & ~mask


def test_what_fails_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")

    def interrupted():
        with whole_file(path) as target:
            target.write("new")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_a_file(tmp_path):
    (tmp_path / "a").write_text("")
    with pytest.raises(UsageError, match="cannot write"), whole_file(tmp_path / "a" / "b"):
        pass


def test_a_folder_that_takes_files_is_made_and_left_empty(tmp_path):
    check_takes_files(tmp_path / "a" / "b")
    assert list((tmp_path / "a" / "b").iterdir()) == []


def test_a_folder_that_takes_none_is_named_as_the_user_did(tmp_path):
    (tmp_path / "x").write_text("")
    for arguments, named in (
        ({}, f"to {tmp_path / 'x'}: "),
        ({"file": tmp_path / "x" / "a.pdf"}, f"{tmp_path / 'x'}/a.pdf: "),
    ):
        with pytest.raises(UsageError) as caught:
            check_takes_files(tmp_path / "x", **arguments)
        assert caught.value.message.startswith(f"cannot write {named}")
