import json

import pytest

from tessy.demo import run_demo

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    run_demo(folder, traces=64, seed=1)
    return folder


def test_the_report_shows_the_papers_effect(out):
    report = json.loads((out / "report.json").read_text())
    assert report["accuracy_tessy"] >= 0.85
    assert report["accuracy_tessy"] > report["accuracy_student"]
    assert report["style_jsd_tessy"] <= 0.1 * report["style_jsd_teacher"]
    assert 0 < report["teacher_token_share"] < 1
    assert {"lexicon", "logistic"} == set(report["detectors"])


def test_every_file_is_there_and_whole(out):
    for name, count in (("student", 192), ("teacher", 192), ("synthesized", 64)):
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
