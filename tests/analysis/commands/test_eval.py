import json

import pytest

from analysis.terminal import fingerprint
from detectors import store


def test_tables_hold_the_scores(run, folder, labels_file):
    code, out, err = run("eval", folder, labels_file, "--by", "model", "--early-cost", 1, "--late-cost", 4)
    assert (code, err) == (0, "")
    for part in ("words cut at blanks", "wrong author", "questions", "by the formula", "calibration error", "CPU s"):
        assert part in " ".join(out.split())


def test_json_holds_everything(run, folder, labels_file, tmp_path):
    picture = tmp_path / "judged.png"
    options = ("--json", "--by", "domain", "--late-cost", 3, "--plot", picture)
    content = json.loads(run("eval", folder, labels_file, *options)[1])
    assert content["token"]["f1"] > 0.5
    low, high = content["intervals"]["token.f1"]
    assert low <= content["token"]["f1"] <= high
    assert list(content["groups"]) == ["(unknown)"]
    student = content["thresholds"]["student"]
    assert student["by the formula"]["threshold"] == 0.75
    assert student["cheapest here"]["cost_per_1000_words"] <= student["its own"]["cost_per_1000_words"]
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert json.loads(run("eval", folder, labels_file, "--json")[1])["token"] == content["token"]


def test_own_training_data_are_warned_of(run, folder, labels_file, caplog):
    detector = store.load(folder)
    store.save(detector, folder, card={"training": {"sha256": fingerprint(labels_file)}})
    assert run("eval", folder, labels_file)[0] == 0
    assert "was fitted to spans.jsonl" in caplog.text


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--plot", "x.gif"), "must end in one of .pdf, .svg, .png"),
        (("--by", "year"), "year"),
        (("--early-cost", 0, "--late-cost", 0), "are both 0"),
        (("--plot", "none/x.pdf"), "cannot write none/x.pdf: No such file or directory"),
    ],
)
def test_bad_usage_is_one_line(run, folder, labels_file, options, message, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    code, out, err = run("eval", folder, labels_file, *options)
    assert (code, out) == (2, "")
    assert message in err


def test_an_empty_file_has_nothing_to_judge_on(run, folder, tmp_path):
    empty = tmp_path / "empty.jsonl"
    empty.write_text("")
    assert run("eval", folder, empty)[::2] == (
        1,
        f"error: {empty}: the file holds no rows (expected one JSON object a line)\n",
    )
