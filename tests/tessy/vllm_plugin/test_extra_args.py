"""What a request asks, there and back through JSON."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tessy.engines.base import StopRule
from tessy.vllm_plugin.extra_args import (
    Asking,
    probe_arguments,
    read_arguments,
    read_session,
    session_argument,
    stop_arguments,
)

RULES = st.builds(
    StopRule,
    detector=st.text("0123456789abcdef", min_size=16, max_size=16),
    before=st.text(),
    writes_style=st.booleans(),
    first_word_is_own=st.booleans(),
    open_ids=st.lists(st.integers(0, 300_000)).map(tuple),
)


@given(RULES)
def test_a_rule_comes_back_from_json(rule: StopRule) -> None:
    arguments = json.loads(json.dumps(stop_arguments(rule)))
    assert read_arguments(arguments) == Asking(rule)
    # All that HTTP takes: scalars and flat lists of them.
    for value in arguments.values():
        assert all(isinstance(one, str | int) for one in (value if isinstance(value, list) else [value]))


def test_a_probe_comes_back_from_json() -> None:
    asking = read_arguments(json.loads(json.dumps(probe_arguments("0" * 16))))
    assert asking is not None
    assert asking.is_probe
    assert asking.rule.detector == "0" * 16


@pytest.mark.parametrize("arguments", [None, {}, {"other": 1}, {"tessy_before": 3, "tessy_style": "?"}])
def test_who_names_no_detector_asks_nothing(arguments: dict[str, Any] | None) -> None:
    assert read_arguments(arguments) is None


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        ({"tessy_detector": 3}, "tessy_detector"),
        ({"tessy_detector": ["x"]}, "tessy_detector"),
        ({"tessy_before": 3}, "tessy_before"),
        ({"tessy_before": "x" * 70_000}, "tessy_before"),
        ({"tessy_style": 2}, "tessy_style"),
        ({"tessy_style": "1"}, "tessy_style"),
        ({"tessy_own": [0]}, "tessy_own"),
        ({"tessy_probe": 0.5}, "tessy_probe"),
        ({"tessy_open": 12}, "tessy_open"),
        ({"tessy_open": "12"}, "tessy_open"),
        ({"tessy_open": [1.5]}, "tessy_open"),
        ({"tessy_open": [True]}, "tessy_open"),
        ({"tessy_open": [-1]}, "tessy_open"),
        ({"tessy_open": [1 << 40]}, "tessy_open"),
        ({"tessy_open": [0] * 5_000}, "tessy_open"),
    ],
)
def test_what_cannot_be_understood_is_named_in_short(arguments: dict[str, Any], name: str) -> None:
    with pytest.raises(ValueError, match=name) as raised:
        read_arguments({"tessy_detector": "0" * 16, **arguments})
    assert len(str(raised.value)) < 200


def test_a_session_has_a_name() -> None:
    assert read_session(session_argument("a trace")) == "a trace"
    asked: tuple[dict[str, Any] | None, ...] = (
        None,
        {},
        {"tessy_session": ""},
        {"tessy_session": 3},
        {"tessy_session": "x" * 129},
    )
    for arguments in asked:
        assert read_session(arguments) is None
