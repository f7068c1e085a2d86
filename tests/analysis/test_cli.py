import json

import pytest

from analysis.jsonl import read_rows
from detectors import store


@pytest.mark.parametrize(
    "options", [("lexicon",), ("lexicon", "--causal"), ("logistic",), ("logistic", "--lookahead", "2")], ids=" ".join
)
def test_fit_apply_eval_show(run, labels_file, tmp_path, options):
    folder, out = tmp_path / "detector", tmp_path / "out.jsonl"
    code, _, err = run("fit", *options, "--labels", labels_file, "--out", folder, "--folds", "2")
    assert (code, "cross-validation" in err) == (0, True)
    card = store.read_card(folder)
    assert card["scores"]["token"]["f1"] > 0.8
    assert card["training"]["texts"] == 60
    assert card["lookahead"] == (2 if "2" in options else 0) or card["kind"] == "lexicon"

    assert run("apply", folder, labels_file, "--field", "text", "--out", out)[0] == 0
    rows = [row for _, row in read_rows(out)]
    texts = {row["id"]: row["text"] for _, row in read_rows(labels_file)}
    assert [row["id"] for row in rows] == list(texts)
    assert all(0 <= start < end <= len(texts[row["id"]]) for row in rows for start, end in row["spans"])

    code, printed, _ = run("eval", folder, labels_file, "--json")
    assert json.loads(printed)["token"]["f1"] > 0.9
    assert "whole spans" in run("eval", folder, labels_file)[1]
    code, printed, _ = run("show", folder)
    assert (code, options[0] in printed, "Weighs most" in printed) == (0, True, True)


@pytest.mark.parametrize("options", [("lexicon",), ("lexicon", "--causal"), ("logistic",)], ids=" ".join)
def test_fit_without_labels(run, traces, tmp_path, options):
    student, teacher = traces
    code, _, _ = run("fit", *options, "--student", student, "--teacher", teacher, "--out", tmp_path / "d")
    assert code == 0
    text = "Okay, let's see. 3 + 4 = 7. Thus 5."
    spans = store.load(tmp_path / "d").spans(text)
    assert "Okay, let's see." in text[spans[0].start : spans[0].end]
    assert "Thus" in [text[span.start : span.end] for span in spans]
    assert store.read_card(tmp_path / "d")["training"]["teacher"]["texts"] == 30


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["fit", "lexicon", "--out", "d"], 2, "give either --labels"),
        (["fit", "lexicon", "--out", "d", "--student", "s"], 2, "belong together"),
        (["fit", "lexicon", "--out", "d", "--labels", "none.jsonl"], 2, "no such file: none.jsonl"),
        (["fit", "lexicon", "--out", "d", "--labels", "x", "--lookahead", "2"], 2, "--lookahead is not for a lexicon"),
        (["fit", "logistic", "--out", "d", "--labels", "x", "--lookahead", "2", "--causal"], 2, "no look-ahead"),
        (["fit", "oracle", "--out", "d"], 2, "oracle"),
        (["show", "nowhere"], 2, "no such detector folder"),
        (["eval", "nowhere", "none.jsonl"], 2, "no such detector folder"),
        (["fit", "lexicon", "--out", "d", "--student", "s", "--teacher", "t", "--markers", "tlh"], 2, "no seed list"),
    ],
)
def test_bad_usage_is_one_line_and_exits_with_two(run, arguments, code, message, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    found, _, err = run(*arguments)
    assert found == code
    assert message in err
    assert "Traceback" not in err


def test_bad_data_names_file_and_line_and_exits_with_one(run, labels_file, tmp_path):
    assert run("fit", "lexicon", "--labels", labels_file, "--folds", "0", "--out", tmp_path / "d")[0] == 0
    rows = tmp_path / "rows.jsonl"
    rows.write_text('{"body": "So"}\n')
    code, _, err = run("apply", tmp_path / "d", rows, "--out", tmp_path / "o.jsonl")
    assert (code, err) == (1, f"error: {rows}:1: no field 'text' in this row (it has 'body')\n")
    assert not (tmp_path / "o.jsonl").exists()
    (tmp_path / "d" / store.WEIGHTS).write_bytes(b"")
    code, _, err = run("show", tmp_path / "d")
    assert (code, "hash" in err) == (1, True)


def test_one_question_is_fitted_without_cross_validation(run, tmp_path):
    rows = tmp_path / "rows.jsonl"
    rows.write_text('{"text": "So 3", "spans": [[0, 2]]}\n')
    assert run("fit", "lexicon", "--labels", rows, "--out", tmp_path / "d")[0] == 0
    assert "scores" not in store.read_card(tmp_path / "d")


def test_an_interrupt_ends_with_130(run, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("detectors.store.read_card", interrupted)
    assert run("show", "x")[0] == 130


def test_help_reads_well(run):
    for command in ([], ["fit"], ["apply"], ["eval"], ["show"]):
        code, printed, _ = run(*command, "--help")
        assert (code, "Usage: " in printed) == (0, True)
