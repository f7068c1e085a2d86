import pytest

from detectors.errors import DataError, MissingExtraError, TessyError, UsageError, require


def test_an_error_says_where_what_and_what_to_do():
    assert str(DataError("bad", where="f:3", advice="fix it")) == "f:3: bad (fix it)"
    assert str(TessyError("bad")) == "bad"


def test_usage_errors_exit_with_two_and_others_with_one():
    assert UsageError("bad").exit_code == 2
    assert DataError("bad").exit_code == 1


def test_a_missing_extra_names_the_install_command():
    with pytest.raises(MissingExtraError, match=r"pip install 'tessy\[probe\]'"):
        require("no_such_module_at_all", "probe")
    assert require("json", "probe").loads("1") == 1
