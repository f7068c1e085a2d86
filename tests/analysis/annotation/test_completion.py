import httpx
import pytest

from analysis.annotation.completion import read_completion, refusal
from analysis.annotation.faults import NotACompletionError, RequestRefusedError, ServerFailureError

REQUEST = httpx.Request("POST", "http://127.0.0.1/v1/chat/completions")


def response(status=200, **content):
    return httpx.Response(status, request=REQUEST, **content)


def test_tokens_are_counted_where_the_endpoint_says():
    choice = {"message": {"content": "[]"}, "finish_reason": "length"}
    body = {"choices": [choice], "usage": {"prompt_tokens": 7, "completion_tokens": None}}
    completion = read_completion(response(json=body))
    assert (completion.text, completion.cut_off) == ("[]", True)
    assert (completion.prompt_tokens, completion.completion_tokens) == (7, 0)


@pytest.mark.parametrize(
    "body", [b"", b"[" * 100_000, b"[]", b"{}", b'{"choices": 3}', b'{"choices": [{"text": "a"}]}']
)
def test_what_is_no_completion_names_the_server(body):
    with pytest.raises(NotACompletionError) as caught:
        read_completion(response(content=body))
    assert caught.value.where == str(REQUEST.url)


@pytest.mark.parametrize(
    ("status", "passing"),
    [(400, False), (401, False), (404, False), (408, True), (429, True), (500, True), (529, True)],
)
def test_a_status_says_whether_it_may_pass(status, passing):
    error = refusal(response(status, text="why"), "KEY")
    assert type(error) is (ServerFailureError if passing else RequestRefusedError)
    assert error.passing is passing
    assert f"status {status}: 'why'" in str(error)


@pytest.mark.parametrize(("header", "seconds"), [("7", 7.0), ("Wed, 21 Oct 2026 07:28:00 GMT", 0.0), ("", 0.0)])
def test_the_wait_a_server_asks_for_is_read(header, seconds):
    error = refusal(response(429, headers={"Retry-After": header}), "KEY")
    assert isinstance(error, ServerFailureError)
    assert error.retry_after == seconds
