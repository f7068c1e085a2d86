"""``--endpoint``: a predictor whose checkpoint a vLLM server runs."""

import json

import httpx
import pytest

from detectors import store
from detectors.classifier import ClassifierDetector
from tests.support.classifiers import tiny_checkpoint


@pytest.fixture
def predictor(tmp_path):
    checkpoint = tiny_checkpoint(tmp_path / "checkpoint", tessy_shift=-2)
    return store.save(ClassifierDetector.from_checkpoint(checkpoint), tmp_path / "predictor")


@pytest.fixture
def server(monkeypatch):
    """A server that finds every token style; yields what it was asked."""
    asked = []

    def answer(request):
        asked.append(str(request.url))
        if request.url.path == "/v1/models":
            return httpx.Response(200, json={"data": [{"id": "predictor"}]})
        rows = [[[0.1, 0.9] for _ in ids] for ids in json.loads(request.content)["input"]]
        return httpx.Response(200, json={"data": [{"index": index, "data": row} for index, row in enumerate(rows)]})

    client = httpx.Client
    monkeypatch.setattr(httpx, "Client", lambda **given: client(**(given | {"transport": httpx.MockTransport(answer)})))
    return asked


def test_apply_asks_the_server(run, predictor, server, labels_file, labels, tmp_path):
    out = tmp_path / "out.jsonl"
    assert run("apply", predictor, labels_file, "--endpoint", "http://server/v1", "--out", out)[0] == 0
    found = [json.loads(line)["spans"] for line in out.read_text().splitlines()]
    assert [(spans[0][0], spans[-1][1]) for spans in found] == [(0, len(label.text.rstrip())) for label in labels]
    assert set(server) == {"http://server/v1/models", "http://server/pooling"}


def test_eval_asks_the_server(run, predictor, server, labels_file):
    code, out, _ = run("eval", predictor, labels_file, "--endpoint", "http://server", "--json")
    assert (code, json.loads(out)["token"]["recall"]) == (0, 1.0)
    assert "http://server/pooling" in server


def test_other_kinds_need_no_server(run, folder, labels_file, tmp_path):
    for arguments in (("apply", folder, labels_file, "--out", tmp_path / "o"), ("eval", folder, labels_file)):
        code, _, err = run(*arguments, "--endpoint", "http://server")
        assert (code, err) == (
            2,
            f"error: {folder} is a lexicon detector, which no server runs (leave out --endpoint)\n",
        )


def test_an_endpoint_that_is_no_url(run, predictor, labels_file, tmp_path):
    code, _, err = run("apply", predictor, labels_file, "--endpoint", "server:8000", "--out", tmp_path / "o")
    assert (code, "Traceback" in err) == (1, False)
    assert "not a URL" in err.splitlines()[-1]
    assert not (tmp_path / "o").exists()
