import csv
import json
import sys
from pathlib import Path

import pytest

from analysis import cli
from analysis.jsonl import read_rows, write_rows
from detectors import store
from detectors.lexicon import LexiconDetector
from tests.analysis.conftest import write_traces

TRACES = Path(__file__).parents[4] / "shared" / "data" / "traces"
FORMS = {".json", ".html", ".csv", ".tex", ".pdf", ".svg"}


@pytest.fixture
def analyze(monkeypatch, capsys):
    """Run ``tessy-analyze compare`` as from a shell: the exit code, stdout and stderr."""

    def call(*arguments):
        monkeypatch.setattr(sys, "argv", ["tessy-analyze", "compare", *map(str, arguments)])
        with pytest.raises(SystemExit) as exit_:
            cli.analyze()
        captured = capsys.readouterr()
        return exit_.value.code or 0, captured.out, captured.err

    return call


@pytest.fixture
def corpora(traces, tmp_path):
    """The options that name a student, a teacher, and a corpus that writes as the student does."""
    student, teacher = traces
    near = write_traces(tmp_path / "near.jsonl", ("Okay, let's see.", "So", "Wait,", "Thus"))
    return ["--student", student, "--teacher", teacher, "--other", f"near={near}", "--replicates", 50]


def test_the_folder_holds_json_page_tables_and_figures(analyze, corpora, tmp_path):
    detector, out = tmp_path / "lexicon", tmp_path / "report"
    store.save(LexiconDetector({"okay": 1.0, "let's see": 1.0, "so": 1.0, "wait": 1.0, "thus": 1.0}), detector)
    code, printed, _ = analyze(*corpora, "--detector", detector, "--out", out, "--json")
    assert code == 0
    content = json.loads(printed)
    assert json.loads((out / "report.json").read_text()) == content
    assert {path.suffix for path in out.iterdir()} == FORMS
    assert (out / "report.html").read_text().count("<img") == len(list(out.glob("*.svg")))
    similarity = content["tfidf_similarity"]
    assert set(similarity) == {"teacher", "near"}
    assert similarity["near"]["value"] > similarity["teacher"]["value"]
    assert all(one["low"] <= one["value"] <= one["high"] for one in similarity.values())
    assert (
        content["jensen_shannon_style"]["teacher"]["value"] > content["jensen_shannon_capability"]["teacher"]["value"]
    )
    assert set(content["style_share"]) == {"student", "teacher", "near"}
    rows = list(csv.reader((out / "distances.csv").open(encoding="utf-8")))
    line = next(row for row in rows if row[0] == "TF-IDF similarity")
    assert float(line[1]) == similarity["teacher"]["value"]


def test_what_only_an_earlier_report_had_is_removed_and_files_of_others_stay(analyze, corpora, tmp_path):
    out = tmp_path / "report"
    analyze(*corpora, "--out", out)
    for name in ("terms-mine.csv", "terms-student.csv", "style-share.csv"):
        (out / name).write_text("my own")
    earlier = {path.name for path in out.iterdir()}
    student_and_teacher = [*corpora[:4], *corpora[-2:]]
    assert analyze(*student_and_teacher, "--out", out)[0] == 0
    gone = earlier - {path.name for path in out.iterdir()}
    assert gone == {f"terms-near.{form}" for form in ("csv", "tex", "pdf", "svg")}


def test_a_folder_that_takes_no_files_is_noticed_before_the_work(analyze, corpora, monkeypatch):
    monkeypatch.setattr("analysis.report.comparison.compare_corpora", None)
    # A folder of the kernel's, which even root cannot write to.
    code, _, err = analyze(*corpora, "--out", "/proc/self")
    assert (code, err.startswith("error: cannot write to /proc/self")) == (2, True)


def test_a_wrong_name_of_a_corpus_leaves_no_folder_behind(analyze, corpora, tmp_path):
    assert analyze("--student", tmp_path / "none.jsonl", *corpora[2:], "--out", tmp_path / "report")[0] == 2
    assert not (tmp_path / "report").exists()


def test_the_same_seed_gives_the_same_report(analyze, corpora):
    assert analyze(*corpora, "--json")[1] == analyze(*corpora, "--json")[1]


def test_a_table_without_json(analyze, corpora, tmp_path):
    code, printed, _ = analyze(*corpora, "--out", tmp_path / "report", "--width", "3")
    assert (code, "TF-IDF similarity" in printed, "share of style" in printed) == (0, True, False)


def test_a_writer_beside_itself_is_alike(analyze, traces):
    student, _ = traces
    _, printed, _ = analyze("--student", student, "--teacher", student, "--replicates", 20, "--json")
    content = json.loads(printed)
    assert content["tfidf_similarity"]["teacher"]["value"] == pytest.approx(1)
    assert content["jensen_shannon"]["teacher"] == {"value": 0, "low": 0, "high": 0}
    assert content["two_sample_auc"]["teacher"]["value"] <= 0.5


@pytest.mark.parametrize(
    "names", [[], ["a[b]:smile:"], ["_x$y$", "questions", "a_b & c%"], [f"c{n}" for n in range(7)]]
)
def test_names_of_any_kind_and_writers_that_do_not_differ(analyze, traces, tmp_path, names):
    student, _ = traces
    others = [part for name in names for part in ("--other", f"{name}={student}")]
    out = tmp_path / "report"
    code, printed, err = analyze(
        "--student", student, "--teacher", student, *others, "--replicates", 5, "--top", 3, "--out", out
    )
    assert (code, "Traceback" in err) == (0, False)
    assert all(name in printed.replace("\n", "") for name in names)
    content = json.loads((out / "report.json").read_text())
    assert set(content["terms"]) == {"teacher", *names}
    assert content["terms"]["teacher"]["questions"] == 30
    assert {f"terms-{name}.csv" for name in names} <= {path.name for path in out.iterdir()}


def test_labels_that_meet_give_way_to_the_keys(analyze, tmp_path, traces):
    student, teacher = traces
    rows = [dict(row, model="near") for _, row in read_rows(student)]
    others = [dict(row, model="student") for _, row in read_rows(teacher)]
    write_rows(tmp_path / "one.jsonl", rows)
    write_rows(tmp_path / "two.jsonl", others)
    named = ["--student", tmp_path / "one.jsonl", "--teacher", tmp_path / "two.jsonl", "--other", f"near={student}"]
    _, printed, _ = analyze(*named, "--replicates", 5, "--json")
    corpora = json.loads(printed)["corpora"]
    assert {key: corpus["label"] for key, corpus in corpora.items()} == {key: key for key in corpora}


def test_a_detector_that_finds_nothing_leaves_the_rest(analyze, corpora, tmp_path, caplog):
    detector, out = tmp_path / "nothing", tmp_path / "report"
    store.save(LexiconDetector({"zzz": 1.0}), detector)
    code, _, _ = analyze(*corpora, "--detector", detector, "--out", out)
    assert code == 0
    assert "no terms for teacher" in caplog.text
    content = json.loads((out / "report.json").read_text())
    assert content["terms"]["teacher"]["terms"] == {"student": [], "teacher": []}
    assert content["terms"]["teacher"]["divergence"]["value"] is None
    assert content["tfidf_similarity"]["near"]["value"] > 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--student", "student.jsonl", "--teacher", "teacher.jsonl"], "give --out DIR, or --json"),
        (["--student", "none.jsonl", "--teacher", "teacher.jsonl", "--json"], "no such file: none.jsonl"),
        (["--student", "student.jsonl", "--teacher", "teacher.jsonl", "--other", "x", "--json"], "--other NAME=FILE"),
        (
            ["--student", "student.jsonl", "--teacher", "teacher.jsonl", "--other", "teacher=student.jsonl", "--json"],
            "the corpus 'teacher' is given twice",
        ),
        (
            ["--student", "student.jsonl", "--teacher", "teacher.jsonl", "--other", "a\nb=student.jsonl", "--json"],
            "cannot name files",
        ),
        (["--student", "student.jsonl", "--teacher", "signs.jsonl", "--json"], "no thinking has a word"),
        (["--student", "student.jsonl", "--teacher", "alien.jsonl", "--json"], "answered by all of student, teacher"),
        (["--student", "student.jsonl", "--teacher", "empty.jsonl", "--json"], "no trace has a thinking"),
        (
            ["--student", "student.jsonl", "--teacher", "teacher.jsonl", "--json", "--detector", "nothing"],
            "no such detector folder",
        ),
        (
            ["--student", "student.jsonl", "--teacher", "teacher.jsonl", "--json", "--width", "wide"],
            "--width 'wide' is no width",
        ),
        (
            ["--student", "student.jsonl", "--teacher", "teacher.jsonl", "--out", "student.jsonl"],
            "cannot write to student.jsonl",
        ),
    ],
)
def test_bad_usage_is_one_line(analyze, traces, arguments, message, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    write_rows(Path("signs.jsonl"), [{"id": "q1", "prompt": "Add 1 apples.", "thinking": "..."}])
    write_rows(Path("alien.jsonl"), [{"id": "z1", "prompt": "Other?", "thinking": "Thus it is."}])
    write_rows(
        Path("empty.jsonl"),
        [
            {
                "id": "q1",
                "prompt": "Add 1 apples.",
                "messages": [
                    {"role": "user", "content": "Add 1 apples."},
                    {"role": "assistant", "content": "<think>\n\n</think>\n\n2"},
                ],
            }
        ],
    )
    code, out, err = analyze(*arguments)
    assert (code != 0, out) == (True, "")
    assert message in err
    assert "Traceback" not in err


@pytest.mark.skipif(not TRACES.is_dir(), reason="the shared traces are not here")
def test_the_order_of_the_paper_holds_on_real_traces(analyze):
    """arXiv 2604.14164, Fig. 14: Qwen3-235B and R1-0528 write more like Qwen3-8B than gpt-oss does."""
    files = {"235b": "qwen3-235b-a22b-thinking-2507", "r1": "deepseek-r1-0528", "20b": "gpt-oss-20b"}
    others = [part for key, name in files.items() for part in ("--other", f"{key}={TRACES / name}.jsonl")]
    named = ["--student", TRACES / "qwen3-8b.jsonl", "--teacher", TRACES / "gpt-oss-120b.jsonl", *others]
    code, printed, _ = analyze(*named, "--replicates", 100, "--json")
    assert code == 0
    found = json.loads(printed)["tfidf_similarity"]
    assert min(found["235b"]["low"], found["r1"]["low"]) > found["20b"]["high"]
    assert found["20b"]["value"] > found["teacher"]["value"]
    assert len(list(read_rows(TRACES / "gpt-oss-20b.jsonl"))) >= json.loads(printed)["questions"] > 30
