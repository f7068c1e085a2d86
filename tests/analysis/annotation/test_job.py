"""The bar: an endpoint that answers with every fault, over a real connection. Nothing is lost, every fault is named."""

import io
import json
import socket

import pytest
from rich.console import Console

from analysis.annotation.entries import AnnotatorEntry, read_entries
from analysis.annotation.faults import NoConnectionError
from analysis.annotation.job import AnnotationJob, AskingSettings
from analysis.annotation.scripted import Reply, ScriptedEndpoint
from analysis.annotation.segments import TraceSegment
from analysis.jsonl import read_rows
from analysis.labels import read_labels
from detectors.errors import UsageError

FAULTS = {
    "bad JSON": (Reply("The spans are So and Wait,"), "BadJsonError"),
    "no strings": (Reply('{"spans": [0, 2]}'), "NotStringsError"),
    "paraphrased": (Reply('["So then"]'), "ParaphrasedSpanError"),
    "inside a word": (Reply('["so"]'), "ParaphrasedSpanError"),
    "wrong order": (Reply('["Wait,", "So"]'), "WrongOrderError"),
    "empty": (Reply(""), "EmptyAnswerError"),
    "cut off": (Reply('["So", "So', finish_reason="length"), "CutOffAnswerError"),
    "status 500": (Reply("out of memory", status=500), "ServerFailureError"),
    "time-out": (Reply(delay=1.0), "EndpointTimeoutError"),
    "hung up": (Reply(hang_up=True), "NoConnectionError"),
    "no completion": (Reply("<html>", raw=True), "NotACompletionError"),
    "refused": (Reply("no such model", status=404), "RequestRefusedError"),
    "no structure": (Reply("response_format is unknown", status=400), "RequestRefusedError"),
}
GOOD = Reply('["So", "Wait,"]')
SETTINGS = AskingSettings(timeout=0.3, concurrency=5)


def segment(name, number=0):
    return TraceSegment(f"{name}|{number}", f"So the successors of {name} {number}. Wait, 4.", "m", name)


SEGMENTS = [segment(name, number) for name in (*FAULTS, "good") for number in (0, 1)]


def always(asked):
    """Answer with the fault that the text names, every time."""
    return next((reply for name, (reply, _) in FAULTS.items() if f"of {name} " in asked.text), GOOD)


def once(asked):
    return always(asked) if asked.times == 1 else GOOD


def work(url, out, segments=SEGMENTS, **changes):
    settings = AskingSettings(timeout=SETTINGS.timeout, concurrency=SETTINGS.concurrency, **changes)
    with AnnotationJob(segments, [AnnotatorEntry("m", url)], out, settings) as job:
        job.run(Console(file=io.StringIO()))
    return job.counts


def test_nothing_is_lost_and_every_fault_is_named(tmp_path):
    out, errors = tmp_path / "spans.jsonl", tmp_path / "spans.errors.jsonl"
    with ScriptedEndpoint(always) as server:
        counts = work(server.url, out)
    assert {label.id for label in read_labels(out)} == {"good|0", "good|1"}
    failed = {row["id"]: row for _, row in read_rows(errors)}
    assert {row["error"]["type"] for row in failed.values()} == {name for _, name in FAULTS.values()}
    for name, (reply, error) in FAULTS.items():
        for number in (0, 1):
            row = failed[f"{name}|{number}"]
            assert row["error"]["type"] == error
            answered = reply.status == 200 and not (reply.raw or reply.hang_up or reply.delay)
            assert [fault["answer"] for fault in (*row["earlier"], row["error"])] == (
                [reply.content] * 3 if answered else [""]
            )
    assert counts.finished == 2
    assert counts.failed.total() == 2 * len(FAULTS)

    with ScriptedEndpoint(lambda _: GOOD) as server:
        counts = work(server.url, out)
        assert len(server.requests) == 2 * len(FAULTS), "what is done is not asked again"
    labels = read_labels(out)
    assert sorted(label.id for label in labels) == sorted(segment.id for segment in SEGMENTS)
    assert all([label.text[span.start : span.end] for span in label.spans] == ["So", "Wait,"] for label in labels)
    assert not errors.exists()
    assert not counts.failed


def test_a_fault_that_comes_once_is_made_good(tmp_path):
    kept = [one for one in SEGMENTS if FAULTS.get(one.question, ("", ""))[1] != "RequestRefusedError"]
    with ScriptedEndpoint(once) as server:
        counts = work(server.url, tmp_path / "spans.jsonl", kept)
    assert not counts.failed
    assert len(read_labels(tmp_path / "spans.jsonl")) == len(kept)
    assert not (tmp_path / "spans.errors.jsonl").exists()
    answers = {name for reply, name in FAULTS.values() if reply.status == 200 and not (reply.raw or reply.delay)}
    assert set(counts.mended) == answers - {"NoConnectionError"}


def test_a_server_that_is_down_ends_the_run_with_what_was_written(tmp_path):
    out = tmp_path / "spans.jsonl"
    with ScriptedEndpoint(lambda _: GOOD) as server:
        work(server.url, out, SEGMENTS[:5])
    with pytest.raises(NoConnectionError, match="is the server running"):
        work(server.url, out)
    assert len(read_labels(out)) == 5
    assert {row["error"]["type"] for _, row in read_rows(tmp_path / "spans.errors.jsonl")} == {"NoConnectionError"}


def test_several_annotators_have_a_file_each(tmp_path):
    with ScriptedEndpoint(lambda asked: GOOD if asked.body["seed"] == 1 else Reply('["So"]')) as server:
        entries = read_entries([f"m@{server.url}"], passes=2)
        with AnnotationJob(SEGMENTS[:3], entries, tmp_path / "spans.jsonl", SETTINGS) as job:
            assert (job.waiting, job.estimate().requests) == (6, 6)
            job.run(Console(file=io.StringIO()))
    rows = [[row for _, row in read_rows(tmp_path / name)] for name in ("spans.m.jsonl", "spans.m_2.jsonl")]
    assert [{row["annotator"] for row in each} for each in rows] == [{"m"}, {"m#2"}]
    assert [{len(row["spans"]) for row in each} for each in rows] == [{1}, {2}]


def test_two_annotators_of_one_file_are_refused(tmp_path):
    entries = read_entries(["a/b@http://h", "a_b@http://h"])
    with pytest.raises(UsageError, match="would write the same file"):
        AnnotationJob(SEGMENTS, entries, tmp_path / "spans.jsonl", SETTINGS)


def test_an_output_that_cannot_be_opened_closes_the_others(tmp_path):
    (tmp_path / "spans.b.jsonl").write_text("no row\n")
    entries = read_entries(["a@http://h", "b@http://h"])
    for _ in range(2):  # the lock of the first file is given back
        with pytest.raises(Exception, match="not JSON"):
            AnnotationJob(SEGMENTS, entries, tmp_path / "spans.jsonl", SETTINGS).__enter__()


def test_a_refused_connection_is_named(tmp_path):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        counts = work(f"http://127.0.0.1:{probe.getsockname()[1]}", tmp_path / "spans.jsonl", SEGMENTS[:1])
    assert counts.failed == {"NoConnectionError": 1}
    row = json.loads((tmp_path / "spans.errors.jsonl").read_text())
    assert "no connection" in row["error"]["message"]
