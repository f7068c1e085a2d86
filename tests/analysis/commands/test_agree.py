import json

import pytest

from analysis.jsonl import write_rows
from analysis.labels import read_labels


@pytest.fixture
def annotations(tmp_path):
    """Three annotators of the same text."""
    spans = {"one": [[0, 2], [6, 11]], "two": [[0, 2]], "three": [[0, 2], [6, 11]]}
    for name, found in spans.items():
        row = {"id": "a", "model": "m", "question": "q", "text": "So 3. Wait, 4.", "spans": found, "annotator": name}
        write_rows(tmp_path / f"{name}.jsonl", [row])
    return [tmp_path / f"{name}.jsonl" for name in spans]


def test_a_table_names_every_pair(run, annotations):
    code, printed, _ = run("agree", *annotations)
    assert code == 0
    for pair in ("one, two", "one, three", "two, three", "all"):
        assert pair in printed


def test_json_holds_all_scores(run, annotations):
    code, printed, _ = run("agree", *annotations, "--json")
    report = json.loads(printed)
    assert code == 0
    # Words: So 3 . Wait , 4 . -> three of style for the first, one for the second.
    assert [pair["token_f1"] for pair in report["pairs"]] == pytest.approx([0.5, 1.0, 0.5])
    assert 0.5 < report["kappa"] < report["alpha"] < 0.6


@pytest.mark.parametrize(("rule", "ends"), [("majority", [2, 11]), ("intersection", [2]), ("union", [2, 11])])
def test_a_merge_is_written_and_may_be_written_again(run, annotations, tmp_path, rule, ends):
    out = tmp_path / "merged.jsonl"
    for _ in range(2):
        assert run("agree", *annotations, "--out", out, "--merge", rule)[0] == 0
    [label] = read_labels(out)
    assert [span.end for span in label.spans] == ends
    assert (label.model, label.question) == ("m", "q")


def test_a_merge_never_replaces_an_annotation(run, annotations):
    before = annotations[0].read_bytes()
    code, _, err = run("agree", *annotations, "--out", annotations[0])
    assert (code, "is not a merged annotation" in err) == (2, True)
    assert annotations[0].read_bytes() == before


def test_what_cannot_be_compared_exits_with_one(run, annotations):
    code, _, err = run("agree", annotations[0])
    assert (code, "needs two annotators" in err) == (1, True)
