import json
import sys

import pytest

from analysis.commands.loss import loss
from analysis.jsonl import write_rows
from analysis.terminal import new_app, run_app
from detectors.lexicon import LexiconDetector
from detectors.store import save
from tessy.miniature import questions, student_path

OWN = "Okay, let's see. First, {} = 7. So the answer is 7."
OTHER = "We need result. Compute: {} = 7; Done! Final: 7!"


@pytest.fixture
def run(monkeypatch, capsys):
    """Run ``tessy-analyze`` as from a shell: the exit code, stdout and stderr."""
    app = new_app("A test.")
    app.callback()(lambda: None)
    app.command("loss")(loss)

    def call(*arguments):
        monkeypatch.setattr(sys, "argv", ["tessy-analyze", *map(str, arguments)])
        with pytest.raises(SystemExit) as exit_:
            run_app(app)
        captured = capsys.readouterr()
        return exit_.value.code or 0, captured.out, captured.err

    return call


@pytest.fixture
def world(tmp_path):
    """Two files of traces on the same questions, and a detector."""
    asked = questions("run", 12, seed=7)
    for name, form in (("own", OWN), ("other", OTHER)):
        rows = ({"id": q.id, "prompt": q.prompt, "thinking": form.format(q.prompt.removeprefix("run "))} for q in asked)
        write_rows(tmp_path / f"{name}.jsonl", rows)
    words = "okay , let's see . first so the answer is we need result compute : ; done ! final"
    save(LexiconDetector(dict.fromkeys(words.split(), 1.0)), tmp_path / "lexicon")
    return tmp_path


def command(world, *more):
    corpora = (world / "other.jsonl", f"its own={world / 'own.jsonl'}")
    return "loss", *corpora, "--student", student_path(), "--device", "cpu", "--out", world / "loss", *more


def test_the_students_own_way_of_writing_has_the_lower_loss(run, world):
    code, out, _ = run(*command(world, "--detector", world / "lexicon", "--json"))
    assert code == 0
    report = json.loads(out)
    assert report == json.loads((world / "loss/loss.json").read_text())
    assert list(report["corpora"]) == ["other", "its own"]
    for corpus in report["corpora"].values():
        assert (corpus["traces"], corpus["questions"]) == (12, 12)
        tokens = {name: part["tokens"] for name, part in corpus["parts"].items()}
        assert tokens["all"] == tokens["style"] + tokens["capability"]
    difference = report["differences"]["its own"]
    assert (difference["from"], difference["questions"]) == ("other", 12)
    assert difference["nats_per_token"]["style"]["high"] < 0
    assert len((world / "loss/traces.jsonl").read_text().splitlines()) == 24


def test_a_second_run_scores_nothing_again_and_prints_tables(run, world):
    assert run(*command(world))[0] == 0
    rows = (world / "loss/traces.jsonl").read_bytes()
    code, out, _ = run(*command(world))
    assert (code, (world / "loss/traces.jsonl").read_bytes()) == (0, rows)
    assert "nats a token" in out
    assert "less those of other" in out


def test_an_interrupt_keeps_what_is_done(run, world, monkeypatch):
    from analysis.loss.journal import LossJournal

    write, written = LossJournal.write, []

    def stop(journal, trace, sums):
        if len(written) == 5:
            raise KeyboardInterrupt
        written.append(trace.id)
        write(journal, trace, sums)

    monkeypatch.setattr(LossJournal, "write", stop)
    code, _, err = run(*command(world))
    assert code == 130
    assert "stopped after 5 of 24 traces; run the same command again" in err
    monkeypatch.setattr(LossJournal, "write", write)
    assert run(*command(world))[0] == 0
    assert len((world / "loss/traces.jsonl").read_text().splitlines()) == 24


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (("--detector", "nowhere"), "no such detector folder: nowhere"),
        (("--student", "./nowhere"), "there is no model folder ./nowhere"),
        (("--student", "http://127.0.0.1:9"), "is the server running"),
        (("--context", "9999"), "too long for the model"),
        (("--context", "34"), "is too small"),
        (("--dtype", "int3"), "there is no dtype 'int3'"),
        (("--template-option", "x"), "'x' is no template option"),
        (("missing.jsonl",), "no such file: missing.jsonl"),
        (("other=other.jsonl",), "is given twice"),
        (("x=",), "has no name that can be shown"),
    ],
)
def test_what_is_wrong_is_one_line(run, world, more, message, monkeypatch):
    from analysis.loss import served_model

    monkeypatch.setitem(served_model.ServedModel.__init__.__kwdefaults__, "tries", 1)
    code, _, err = run(*command(world, *more))
    assert code in {1, 2}
    assert err.startswith("error: ")
    assert message in err
    assert len(err.splitlines()) == 1


def test_answers_are_a_part_of_their_own(run, world):
    rows = [{"prompt": f"run {n}", "thinking": "So 7.", "answer": "7"} for n in range(3)]
    write_rows(world / "own.jsonl", rows)
    code, out, _ = run(*command(world, "--answers", "--detector", world / "lexicon", "--json"))
    assert code == 0
    assert list(json.loads(out)["corpora"]["its own"]["parts"]) == ["all", "style", "capability", "answer"]
    assert "answer" not in json.loads(out)["corpora"]["other"]["parts"]


def test_another_rendering_needs_another_folder(run, world):
    assert run(*command(world))[0] == 0
    code, _, err = run(*command(world, "--condition", "nothing"))
    assert code == 2
    assert "were made with another answers, condition, opening, template" in err


def test_traces_without_thinking_are_named(run, world):
    write_rows(world / "own.jsonl", [{"prompt": "run 1", "thinking": "<think></think>", "answer": "7"}])
    code, _, err = run(*command(world))
    assert code == 1
    assert "its own: there is no thinking in these traces" in err
