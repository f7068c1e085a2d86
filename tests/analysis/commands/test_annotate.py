import json
import signal
import subprocess
import sys
import time

import pytest

from analysis.annotation.scripted import Reply, ScriptedEndpoint
from analysis.jsonl import read_rows, write_rows
from analysis.labels import read_labels

SO = Reply('["So"]')


@pytest.fixture
def traces_file(tmp_path):
    path = tmp_path / "traces.jsonl"
    thinking = "So 3 + {0} is x. So we stop here at {0}."
    rows = ({"id": f"q{n}", "prompt": f"Add {n}.", "thinking": thinking.format(n), "model": "m"} for n in range(4))
    write_rows(path, rows)
    return path


def test_traces_become_labels_and_a_second_run_asks_for_nothing(run, traces_file, tmp_path):
    out = tmp_path / "spans.jsonl"
    with ScriptedEndpoint(lambda _: SO) as server:
        options = ("--endpoint", server.url, "--model", "judge", "--out", out, "--unit", "sentences", "--length", "4")
        code, _, err = run("annotate", traces_file, *options)
        assert code == 0
        assert "8 segments of 4 questions, 1 annotator: 8 annotations\n" in err
        assert "estimate: 8 requests, " in err
        assert "8 annotated, 0 of them ambiguous" in err
        assert len(server.requests) == 8
        code, _, err = run("annotate", traces_file, *options)
        assert (code, len(server.requests)) == (0, 8)
        assert "8 of them done before" in err
    labels = read_labels(out)
    assert {label.question for label in labels} == {"q0", "q1", "q2", "q3"}
    assert all(label.model == "m" and [span.end for span in label.spans] == [2] for label in labels)


def test_a_dry_run_tells_the_price_and_asks_nothing(run, traces_file, tmp_path):
    with ScriptedEndpoint(lambda _: SO) as server:
        options = ("--endpoint", server.url, "--model", "judge", "--out", tmp_path / "new" / "spans.jsonl")
        code, _, err = run("annotate", traces_file, *options, "--dry-run", "--price-in", "1000", "--price-out", "0")
        assert (code, server.requests) == (0, [])
    requests, tokens = (part.split()[0] for part in err.split("estimate: ")[1].split(", ")[:2])
    assert requests == "4"
    assert f"{int(tokens.replace(',', '')) / 1000:,.2f} at these prices" in err
    assert not (tmp_path / "new" / "spans.jsonl").exists()


def test_what_has_no_annotation_is_said_and_exits_with_one(run, traces_file, tmp_path):
    out = tmp_path / "spans.jsonl"
    with ScriptedEndpoint(lambda asked: Reply("no") if "0" in asked.text and asked.times < 3 else SO) as server:
        options = ("--endpoint", server.url, "--model", "judge", "--out", out, "--unit", "whole", "--concurrency", "1")
        code, _, err = run("annotate", traces_file, *options, "--tries", "1")
        assert code == 1
        assert "spans.errors.jsonl: segments without annotation: BadJsonError 1 (run again to ask" in err
        code, _, err = run("annotate", traces_file, *options)
    assert (code, len(read_labels(out))) == (0, 4)


def test_several_annotators_are_compared_and_merged(run, traces_file, tmp_path):
    out = tmp_path / "spans.jsonl"
    with ScriptedEndpoint(lambda asked: SO if asked.body["model"] == "a" else Reply('["So", "So"]')) as server:
        options = ("--annotator", f"a@{server.url}", "--annotator", f"b@{server.url}", "--out", out, "--sample", "3")
        code, printed, err = run("annotate", traces_file, *options, "--merge", "union")
        assert (code, "a, b" in printed, "3 segments merged by union" in err) == (0, True, True)
        assert all(len(label.spans) == 2 for label in read_labels(out))
        code, _, err = run("annotate", traces_file, *options, "--merge", "intersection")
        assert (code, len(server.requests)) == (0, 6)
    assert all(len(label.spans) == 1 for label in read_labels(out))
    [rows] = [[row for _, row in read_rows(out)]]
    assert rows[0]["annotators"] == ["a", "b"]
    assert len(read_labels(tmp_path / "spans.a.jsonl")) == 3


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ([], "give either --endpoint and --model, or --annotator"),
        (["--endpoint", "http://h"], "give either"),
        (["--endpoint", "http://h", "--model", "m", "--annotator", "m@http://h"], "give either"),
        (["--annotator", "m"], "'m' is no annotator"),
        (["--endpoint", "h", "--model", "m"], "'h' is not a server's URL"),
        (["--annotator", "m@http://h", "--price-in", "1"], "belong together"),
        (["--annotator", "m@http://h", "--prompt", "short"], "short"),
    ],
)
def test_bad_usage_is_one_line_and_exits_with_two(run, traces_file, tmp_path, options, message):
    code, _, err = run("annotate", traces_file, "--out", tmp_path / "spans.jsonl", *options)
    assert (code, message in err, "Traceback" in err) == (2, True, False)


def test_a_missing_file_and_an_output_of_others_exit_with_two(run, traces_file, tmp_path):
    options = ("--annotator", "m@http://h", "--out", traces_file)
    code, _, err = run("annotate", tmp_path / "none.jsonl", *options)
    assert (code, "no such file" in err) == (2, True)
    for more in ((), ("--passes", "2")):
        code, _, err = run("annotate", traces_file, *options, *more)
        assert (code, "choose another --out" in err) == (2, True)
    assert len(list(read_rows(traces_file))) == 4


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_keeps_what_is_done_and_the_next_run_goes_on(traces_file, tmp_path, stop):
    out = tmp_path / "spans.jsonl"
    held = []

    def slow(asked):
        held.append(asked)
        return SO if len(held) < 3 else Reply(delay=30)

    with ScriptedEndpoint(slow) as server:
        options = ["--endpoint", server.url, "--model", "m", "--out", out, "--unit", "whole", "--concurrency", "1"]
        # A test run started in the background hands on that interrupts are ignored.
        heed = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
        command = [sys.executable, "-c", f"{heed}; from analysis.cli import main; main()"]
        command += ["annotate", traces_file, *options]
        process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        while len(held) < 3 and process.poll() is None:
            time.sleep(0.02)
        process.send_signal(stop)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "stopped after 2 segments; run the same command again to go on" in err
    assert "Traceback" not in err
    assert len(read_labels(out)) == 2
    assert [json.loads(line)["id"] for line in out.read_text().splitlines()] == [row.id for row in read_labels(out)]
