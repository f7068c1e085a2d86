import json

import httpx
import numpy as np
import pytest

from detectors.alignment import Alignment
from detectors.classifier import ClassifierDetector
from detectors.errors import EndpointError
from detectors.serving import ServedClassifier
from tests.support.classifiers import TEXT, tiny_checkpoint
from tests.support.servers import VllmServer


class Pooling:
    """A server that finds token n style with probability n / 100; `faults` are answered first, one a request."""

    def __init__(self, *faults):
        self.faults, self.asked = list(faults), []

    def __call__(self, request):
        if request.url.path == "/v1/models":
            return httpx.Response(200, json={"data": [{"id": "predictor"}]})
        self.asked.append(json.loads(request.content))
        if self.faults:
            fault = self.faults.pop(0)
            if isinstance(fault, Exception):
                raise fault
            return fault if isinstance(fault, httpx.Response) else httpx.Response(200, json=fault)
        rows = [[[1 - token / 100, token / 100] for token in ids] for ids in self.asked[-1]["input"]]
        data = [{"index": index, "data": row} for index, row in enumerate(rows)]
        return httpx.Response(200, json={"data": data[::-1]})


def served(server, **settings):
    return ServedClassifier("http://server/v1", style=1, transport=httpx.MockTransport(server), **settings)


def test_every_position_of_every_sequence_comes_back_in_order():
    server = Pooling()
    sequences = [[number, 50] for number in range(70)]
    found = served(server).style(sequences)
    np.testing.assert_allclose(found, np.array(sequences) / 100)
    assert [len(body["input"]) for body in server.asked] == [32, 32, 6]
    assert {(body["model"], body["task"]) for body in server.asked} == {("predictor", "token_classify")}


def test_nothing_is_asked_for_nothing():
    server = Pooling()
    assert served(server).style([]) == []
    assert server.asked == []


def test_passing_faults_are_tried_again():
    server = Pooling(httpx.Response(503), httpx.ConnectError("refused"), httpx.ReadTimeout("late"))
    np.testing.assert_allclose(served(server).style([[7]]), [[0.07]])
    assert len(server.asked) == 4


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (httpx.Response(400, text="too long"), "status 400.*too long"),
        (httpx.Response(401), "TESSY_API_KEY"),
        (httpx.Response(404), "runner pooling"),
        (httpx.Response(200, text="<html>"), "not JSON"),
        ({"data": []}, "labels of"),
        ({"data": [{"index": 0, "data": [[0.1, 0.9]]}]}, "labels of"),
        ({"data": [{"index": 0, "data": [0.1, 0.9]}]}, "labels of"),
        ({"data": [{"index": 0, "data": [[0.1], [0.9]]}]}, "labels of"),
        ({"data": [{"index": 0, "data": [[-1.5, 3.0], [0.5, 0.5]]}]}, "not probabilities"),
        ({"error": "x"}, "labels of"),
    ],
)
def test_other_faults_are_named_at_once(fault, message):
    server = Pooling(fault)
    with pytest.raises(EndpointError, match=message) as caught:
        served(server).style([[1, 2]])
    assert caught.value.where.startswith("http://server")
    assert len(server.asked) == 1


def test_a_server_that_stays_away_is_given_up():
    with pytest.raises(EndpointError, match="is the server running"):
        served(Pooling(httpx.ConnectError("refused")), patience=0).style([[1]])
    with pytest.raises(EndpointError, match="not a URL"):
        ServedClassifier("server:8000", style=1, patience=0).style([[1]])


def test_the_key_comes_from_the_environment(monkeypatch):
    monkeypatch.setenv("TESSY_API_KEY", "secret")
    seen = []

    def server(request):
        seen.append(request.headers["Authorization"])
        return Pooling()(request)

    served(server).style([[1]])
    assert set(seen) == {"Bearer secret"}


@pytest.mark.slow
def test_a_real_server_says_the_same(tmp_path):
    pytest.importorskip("vllm", reason="vLLM is not installed")
    alignment = Alignment(shift=-3, stride=48, after=2)
    checkpoint = tiny_checkpoint(tmp_path / "predictor", **alignment.as_fields())
    detector = ClassifierDetector.from_checkpoint(checkpoint)
    options = ("--runner", "pooling")
    with VllmServer(checkpoint, tmp_path / "log", max_model_len=512, options=options) as server:
        there = detector.served_by(f"{server.url}/v1")
        texts = [TEXT, TEXT * 12, "", "Hmm."]
        for here, far in zip(detector.probabilities_many(texts), there.probabilities_many(texts), strict=True):
            np.testing.assert_allclose(here, far, atol=1e-4)
        assert [(span.start, span.end) for span in there.spans(TEXT)] == [
            (span.start, span.end) for span in detector.spans(TEXT)
        ]
