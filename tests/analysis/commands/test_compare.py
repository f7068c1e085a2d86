import json

import pytest

from analysis.terminal import fingerprint
from detectors import store
from detectors.lexicon import LexiconDetector


@pytest.fixture
def folders(tmp_path, folder, labels_file):
    store.save(LexiconDetector({"so": 0.9}), tmp_path / "few")
    training = {"sha256": fingerprint(labels_file)}
    store.save(LexiconDetector({"maybe": 0.9}), tmp_path / "other" / "few", card={"training": training})
    return [tmp_path / "few", folder, tmp_path / "other" / "few"]


def test_one_table_one_figure(run, folders, labels_file, tmp_path, caplog):
    out = tmp_path / "out"
    code, printed, _ = run("compare", *folders, "--labels", labels_file, "--out", out, "--ceiling", 0.93)
    assert (code, "lexicon" in printed, "fitted to these very texts" in printed) == (0, True, True)
    assert "not to be compared" in caplog.text
    assert sorted(path.name for path in out.iterdir()) == [
        f"comparison{form}" for form in (".json", ".pdf", ".png", ".svg")
    ]
    content = json.loads((out / "comparison.json").read_text())
    assert content["ceiling"] == 0.93
    names = [row["name"] for row in content["detectors"]]
    assert sorted(names) == sorted([f"{tmp_path.name}/few", f"{tmp_path.name}/lexicon", "other/few"])
    assert names[0] == f"{tmp_path.name}/lexicon"
    f1 = [row["token"]["f1"] for row in content["detectors"]]
    assert f1 == sorted(f1, reverse=True)
    assert [row["difference"] for row in content["detectors"]] == pytest.approx([value - f1[0] for value in f1])


def test_json_is_what_the_folder_holds(run, folders, labels_file, tmp_path):
    out = tmp_path / "out"
    code, printed, _ = run("compare", folders[1], "--labels", labels_file, "--json", "--out", out)
    assert (code, json.loads(printed)) == (0, json.loads((out / "comparison.json").read_text()))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["lexicon", "lexicon", "--labels", "spans.jsonl"], "the detector lexicon is given twice"),
        (["lexicon", "--labels", "none.jsonl"], "no such file: none.jsonl"),
        (["nothing", "--labels", "spans.jsonl"], "no such detector folder"),
        (["lexicon", "--labels", "spans.jsonl", "--out", "spans.jsonl"], "cannot write to spans.jsonl: File exists"),
        (["lexicon", "--labels", "spans.jsonl", "--ceiling", "2"], "ceiling"),
    ],
)
def test_bad_usage_is_one_line(run, folder, labels_file, arguments, message, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    code, out, err = run("compare", *arguments)
    assert (code, out) == (2, "")
    assert message in err
    assert "Traceback" not in err
