import json

import pytest

from tessy.engines.answers import Completion, broken_off, read_completion
from tessy.errors import EngineAnswerError

URL = "http://server/v1/completions"


def answer(usage=None, **choice):
    return json.dumps({"choices": [{"token_ids": [5, 6], "finish_reason": "stop", **choice}], "usage": usage}).encode()


def test_ids_reasons_and_what_was_cached_are_read():
    body = answer(
        stop_reason="tessy:boundary", usage={"prompt_tokens": 9, "prompt_tokens_details": {"cached_tokens": 8}}
    )
    assert read_completion(body, URL) == Completion([5, 6], "stop", "tessy:boundary", 8)


@pytest.mark.parametrize("usage", [None, {}, {"prompt_tokens_details": None}, {"prompt_tokens_details": {}}])
def test_what_is_not_said_to_be_cached_is_unknown(usage):
    assert read_completion(answer(usage), URL).cached is None


@pytest.mark.parametrize(
    ("finish", "stop", "ended"),
    [
        ("stop", None, True),
        ("stop", 151645, True),
        ("stop", "</think>", True),
        ("length", None, False),
        ("stop", "tessy:boundary", False),
        ("stop", "tessy:end", False),
        ("stop", "tessy:ready", False),
        ("stop", "tessy:before", False),
        ("stop", "tessy:own", True),
        ("length", "tessy:own", False),
    ],
)
def test_a_stop_of_our_plugin_is_not_the_end_of_the_model(finish, stop, ended):
    assert read_completion(answer(finish_reason=finish, stop_reason=stop), URL).ended is ended


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"<html>", "not JSON: '<html>'"),
        (b"[" * 100_000, "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"", "not JSON"),
        (b"null", "no token ids"),
        (b"[1]", "no token ids"),
        (b'{"choices": []}', "no token ids"),
        (b'{"choices": [{"text": "hi", "finish_reason": "stop"}]}', "return_token_ids"),
        (answer(token_ids=None), "not a list of token ids: 'None'"),
        (answer(token_ids=["5"]), "not a list of token ids: '5'"),
        (answer(token_ids=[True]), "not a list of token ids: 'True'"),
        (answer(token_ids=[-1]), "not a list of token ids: '-1'"),
        (answer(token_ids=[1.5]), "not a list of token ids"),
        (answer(token_ids=[1 << 31]), "not a list of token ids"),
    ],
)
def test_what_is_no_answer_is_quoted(body, said):
    with pytest.raises(EngineAnswerError, match=said) as caught:
        read_completion(body, URL)
    assert URL in str(caught.value)
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize(
    ("completion", "is_broken"),
    [
        (Completion([5], "length"), False),
        (Completion([], "stop"), False),
        (Completion([5]), False),
        (Completion([], "length"), True),
        (Completion([5], "abort"), True),
        (Completion([]), True),
    ],
)
def test_an_answer_a_stopping_server_cut_off_is_told_from_a_whole_one(completion, is_broken):
    assert (broken_off(completion, URL) is not None) is is_broken
