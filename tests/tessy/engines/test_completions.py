import json

import httpx
import pytest
from tenacity import wait_none

from detectors.lexicon import LexiconDetector
from tessy.engines import requests
from tessy.engines.completions import complete_until
from tessy.errors import EngineAnswerError, EngineError, EngineUnavailableError
from tessy.miniature import student_path
from tessy.vocabulary import Vocabulary
from tessy.watch import BoundaryFinder

URL = "http://server/v1/completions"
VOCABULARY = Vocabulary.load(str(student_path()))
FINDER = BoundaryFinder.compile(LexiconDetector({"wait": 1.0}, causal=True), VOCABULARY)
IDS = VOCABULARY.encode("it is 7. wait, that is wrong")
# The teacher's draft is over with the token that completes "wait".
DECIDED = len(VOCABULARY.encode("it is 7. wait"))


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch):
    monkeypatch.setattr(requests, "wait_random_exponential", lambda **_: wait_none())


def event(token_ids, finish=None, **more):
    choice = {"text": "\u2028", "token_ids": token_ids, "finish_reason": finish, **more}
    return b"data: " + json.dumps({"choices": [choice]}, ensure_ascii=False).encode() + b"\n\n"


DONE = b"data: [DONE]\n\n"


class Streaming:
    """A server that streams what it is given, one list of pieces a request, and counts the pieces it had to make."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.made = 0
        self.hung_up = 0

    def __call__(self, request):
        answer = self.answers.pop(0)
        return answer if isinstance(answer, httpx.Response) else httpx.Response(200, stream=Pieces(self, answer))


class Pieces(httpx.AsyncByteStream):
    """The body of one answer."""

    def __init__(self, server, pieces):
        self._server = server
        self._pieces = list(pieces)

    async def __aiter__(self):
        while self._pieces:
            piece = self._pieces.pop(0)
            if isinstance(piece, Exception):
                raise piece
            self._server.made += 1
            yield piece

    async def aclose(self):
        self._server.hung_up += bool(self._pieces)


async def ask(server, *, max_tokens=100, patience=5.0):
    async with httpx.AsyncClient(transport=httpx.MockTransport(server)) as client:
        return await complete_until(
            client,
            URL,
            b"{}",
            lambda: FINDER.watch("", writes_style=False),
            max_tokens=max_tokens,
            patience=patience,
        )


async def test_a_stream_is_left_at_the_boundary():
    server = Streaming([event([token]) for token in IDS])
    completion = await ask(server)
    assert completion.token_ids == IDS[:DECIDED]
    assert (completion.finish_reason, completion.ended) == (None, False)
    assert server.made == DECIDED < len(IDS)
    assert server.hung_up == 1


async def test_what_comes_in_one_piece_is_taken_in_whole():
    server = Streaming([event(IDS[: DECIDED - 1]), event(IDS[DECIDED - 1 :]), event([5])])
    assert (await ask(server)).token_ids == IDS
    assert server.made == 2


@pytest.mark.parametrize("size", [1, 7, 10_000])
async def test_events_may_be_cut_anywhere(size):
    whole = b": a comment\r\n\r\n" + event(IDS[:3]) + event(IDS[3:5]) + event([], "length") + DONE
    server = Streaming([whole[start : start + size] for start in range(0, len(whole), size)])
    completion = await ask(server)
    assert (completion.token_ids, completion.finish_reason) == (IDS[:5], "length")


async def test_the_end_of_the_model_is_the_end_of_the_stream():
    completion = await ask(Streaming([event(IDS[:3]), event([2], "stop", stop_reason=2), DONE]))
    assert (completion.token_ids, completion.ended) == ([*IDS[:3], 2], True)


@pytest.mark.parametrize(
    "fault",
    [
        [event(IDS[:3])],
        [event(IDS[:3]), DONE],
        [event(IDS[:3]), b'data: {"error": {"message": "the engine died"}}\n\n', DONE],
        [event(IDS[:3]), httpx.ReadError("reset")],
        [event(IDS[:3]), httpx.ReadTimeout("slow")],
        [event(IDS[:3], "abort")],
        httpx.Response(503, text="starting"),
        httpx.Response(429),
    ],
)
async def test_a_stream_that_breaks_is_begun_anew(fault):
    server = Streaming(fault, fault, [event(IDS[:2]), event([IDS[2]], "length"), DONE])
    assert (await ask(server)).token_ids == IDS[:3]
    assert server.answers == []


async def test_patience_ends():
    with pytest.raises(EngineUnavailableError, match="in the middle of a stream"):
        await ask(Streaming(*[[event(IDS[:3])]] * 10_000), patience=0.05)


@pytest.mark.parametrize(
    ("answer", "error", "said"),
    [
        ([event(["a"])], EngineAnswerError, "not a list of token ids"),
        ([b"data: <html>\n\n"], EngineAnswerError, "not JSON"),
        ([event(IDS[:3]), event([5] * 98, "length")], EngineAnswerError, "101 tokens where 100 were asked for"),
        (httpx.Response(400, text="no streams here"), EngineError, "no streams here"),
    ],
)
async def test_lasting_faults_are_explained_at_once(answer, error, said):
    server = Streaming(answer)
    with pytest.raises(error, match=said) as caught:
        await ask(server)
    assert URL in str(caught.value)
