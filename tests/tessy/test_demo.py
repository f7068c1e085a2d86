import json
import re

import pytest

from tessy.demo import run_demo

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    run_demo(folder)
    return folder


def test_the_report_shows_the_papers_effect(out):
    report = json.loads((out / "report.json").read_text())
    assert report["accuracy_tessy"] >= 0.85
    assert report["accuracy_tessy"] > report["accuracy_student"]
    assert report["style_jsd_tessy"] <= 0.1 * report["style_jsd_teacher"]
    assert 0 < report["teacher_token_share"] < 1
    assert {"lexicon", "logistic"} == set(report["detectors"])


def test_every_file_is_there_and_whole(out):
    for name, count in (("student", 256), ("teacher", 256), ("synthesized", 128)):
        rows = [json.loads(line) for line in (out / f"{name}.jsonl").read_text().splitlines()]
        assert len(rows) == count
        for row in rows:
            position = 0
            for _, start, end in row["segments"]:
                assert start == position
                position = end
            assert position == len(row["messages"][-1]["content"])
    assert (out / "detectors" / "lexicon" / "card.json").is_file()
    assert {"log-odds.png", "similarity.png", "traces.svg"} <= {path.name for path in out.iterdir()}


def test_the_picture_loads_nothing_from_elsewhere(out):
    picture = (out / "traces.svg").read_text()
    assert "url(http" not in picture
    assert "@font-face" not in picture


def test_the_readme_says_what_the_demo_reports(out, checkout):
    page = checkout / "README.md"
    if not page.is_file():
        pytest.skip("the README is not here")
    report = json.loads((out / "report.json").read_text())
    table = dict(
        re.findall(r"^\| (student alone|teacher alone|both together) \| ([\d.]+ \| [\d.]+) \|$", page.read_text(), re.M)
    )
    rows = {"student alone": "student", "teacher alone": "teacher", "both together": "tessy"}
    assert set(table) == set(rows)
    for label, name in rows.items():
        right, distance = map(float, table[label].split(" | "))
        # Another machine may round differently, and a trace then goes another way.
        assert right == pytest.approx(report[f"accuracy_{name}"], abs=0.05)
        assert distance == pytest.approx(report.get(f"style_jsd_{name}", 0.0), abs=0.02)
