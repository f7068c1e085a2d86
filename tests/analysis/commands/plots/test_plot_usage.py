"""What is refused, and how; nothing is drawn, and there is never a traceback."""

import json
from pathlib import Path

import pytest

from analysis.commands.plots.app import plot_app
from analysis.jsonl import write_rows
from detectors import store

FIGURES = [command.name for command in plot_app.registered_commands]
PAIR = ("--student", "student.jsonl", "--teacher", "teacher.jsonl")
OUT = ("--out", "a.pdf")


@pytest.fixture
def here(traces, labels_file, lexicon, tmp_path, monkeypatch):
    """A folder with files of every kind, good and bad."""
    monkeypatch.chdir(tmp_path)
    write_rows("alien.jsonl", [{"id": "z1", "prompt": "Other?", "thinking": "Thus it is."}])
    write_rows("wrong.jsonl", [{"id": "z1", "tokens": {"student": 1}}, {"id": "z2", "tokens": {"student": -1}}])
    write_rows("plain.jsonl", [{"id": "p1", "text": "Thus it is.", "spans": []}])
    Path("log.json").write_text(json.dumps({"log_history": [{"step": 1, "loss": 1.0}]}))
    Path("folder.pdf").mkdir()
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("lengths", *PAIR), 2, "Missing option '--out'"),
        (("lengths", "--student", "none.jsonl", "--teacher", "x", "--out", "a.gif"), 2, "one of .pdf, .svg, .png"),
        (("lengths", "--student", "none.jsonl", "--teacher", "x", "--out", "student.jsonl/a.pdf"), 2, "cannot write"),
        (("lengths", *PAIR, "--out", "folder.pdf"), 2, "folder.pdf: it is a folder"),
        (("lengths", "--student", "none.jsonl", "--teacher", "x", *OUT), 2, "no such file: none.jsonl"),
        (("lengths", "--student", "student.jsonl", *OUT), 2, "Missing option '--teacher'"),
        (("lengths", *PAIR, *OUT, "--width", "wide"), 2, "--width 'wide' is no width (give inches, or one of acl-"),
        (("lengths", *PAIR, *OUT, "--width", "nan"), 2, "--width 'nan' is no width"),
        (("lengths", *PAIR, *OUT, "--width", "0.1"), 2, "not between 1 and 50 inches"),
        (("lengths", *PAIR, *OUT, "--other", "x"), 2, "--other NAME=FILE"),
        (("lengths", *PAIR, *OUT, "--role", "teacher=king"), 2, "one of student, teacher, synthesized"),
        (("lengths", *PAIR, *OUT, "--role", "king=student"), 2, "of nobody in the figure (there are student, teacher)"),
        (("lengths", *PAIR, *OUT, "--tokenizer", "nowhere/none"), 2, "no model folder nowhere/none"),
        (("lengths", *PAIR, *OUT, "--other", "x=alien.jsonl", "--shared"), 1, "0 questions are answered by all"),
        (("similarity", *PAIR, *OUT, "--other", "x=alien.jsonl"), 1, "0 questions are answered by all of student, te"),
        (("similarity", *PAIR, *OUT, "--of", "words"), 2, "words"),
        (("divergences", "--student", "student.jsonl", "--teacher", "alien.jsonl", *OUT), 1, "0 questions are"),
        (("divergences", *PAIR, *OUT, "--part", "style"), 2, "--part style needs a detector"),
        (("divergences", *PAIR, *OUT, "--detector", "lexicon"), 2, "--part does not say which part"),
        (("style-share", *PAIR, *OUT), 2, "Missing option '--detector'"),
        (("style-share", *PAIR, *OUT, "--detector", "none"), 2, "no such detector folder"),
        (("log-odds", "--student", "student.jsonl", "--teacher", "alien.jsonl", *OUT), 1, "0 questions in common"),
        (("log-odds", *PAIR, *OUT, "--control", "off", "--detector", "lexicon"), 2, "leave out --detector"),
        (("log-odds", *PAIR, *OUT, "--least-questions", "1", "--most-deviation", "0"), 1, "no term is left"),
        (
            ("log-odds", "--student", "student.jsonl", "--teacher", "student.jsonl", *OUT),
            1,
            "no term tells student from",
        ),
        (("log-odds-scatter", *PAIR, *OUT, "--top", "-1"), 2, "--top"),
        (("word-rates", *PAIR, *OUT, "--term", "a b c d e f"), 2, "has 6 words"),
        (("word-rates", *PAIR, *OUT, "--term", " "), 2, "has 0 words"),
        (("token-shares", *OUT), 2, "Missing argument"),
        (("token-shares", "student.jsonl", *OUT), 1, "student.jsonl:1: no field 'tokens' in this row"),
        (("token-shares", "wrong.jsonl", *OUT), 1, "wrong.jsonl:2: 'tokens' must give whole numbers by author"),
        (("token-shares", "student.jsonl", "student.jsonl", *OUT), 2, "'student' is given twice"),
        (("token-shares", "=student.jsonl", *OUT), 2, "has no name that can be shown"),
        (("losses", "a=none.json", *OUT), 2, "no such file: none.json"),
        (("losses", "student.jsonl", *OUT), 1, "student.jsonl: no log of a trainer"),
        (("losses", "log.json", *OUT, "--field", "acc"), 1, "no record has the field 'acc' (they have loss, step)"),
        (("losses", "log.json", *OUT, "--smooth", "0"), 2, "--smooth"),
        (("precision-recall", "--detector", "lexicon", *OUT), 2, "Missing option '--labels'"),
        (("precision-recall", "--detector", "lexicon", "--labels", "plain.jsonl", *OUT), 1, "no word of these texts"),
        (("precision-recall", "--detector", "none", "--labels", "spans.jsonl", *OUT), 2, "no such detector folder"),
        (("reliability", "--detector", "lexicon", "--labels", "none.jsonl", *OUT), 2, "no such file: none.jsonl"),
        (("pie", *OUT), 2, "No such command 'pie'"),
    ],
)
def test_bad_usage_is_one_error(analyze, here, arguments, code, message):
    called = analyze("plot", *arguments)
    assert (called.code, called.figure) == (code, None)
    assert message in " ".join(called.err.split())
    assert called.out == ""
    assert "Traceback" not in called.err
    assert not Path("a.pdf").exists()


def test_a_folder_that_takes_no_files_is_noticed_before_the_work(analyze, here):
    called = analyze("plot", "lengths", "--student", "none.jsonl", "--teacher", "x", "--out", "/proc/a.pdf")
    assert (called.code, "cannot write /proc/a.pdf" in called.err) == (2, True)


def test_a_detector_that_finds_nothing_leaves_no_terms(analyze, here):
    from detectors.lexicon import LexiconDetector

    store.save(LexiconDetector({"zzz": 1.0}), Path("nothing"))
    called = analyze("plot", "log-odds", *PAIR, *OUT, "--detector", "nothing")
    assert (called.code, "error: no term is left under this control" in called.err) == (1, True)


def test_help_lists_all_figures_and_only_the_options_of_each(analyze):
    assert len(FIGURES) == 12
    listed = analyze("plot", "--help").out
    assert all(f"\n  {name} " in listed for name in FIGURES)
    assert "..." not in listed.partition("Commands:")[2]
    for name in FIGURES:
        called = analyze("plot", name, "--help")
        assert (called.code, "--out" in called.out, "--width" in called.out) == (0, True, True)
    assert "--student" not in analyze("plot", "losses", "--help").out
    assert "--seed" not in analyze("plot", "lengths", "--help").out
