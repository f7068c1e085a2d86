"""The figures of rows, logs and detectors."""

import json
from collections import Counter

import numpy as np
import pytest
from sklearn.metrics import average_precision_score

from analysis.evaluation.predictions import predict, true_words
from analysis.jsonl import write_rows
from analysis.terminal import fingerprint
from detectors import store
from detectors.lexicon import LexiconDetector
from tests.support.pdf_fonts import faults_of_pdf


@pytest.fixture
def rows(tmp_path):
    """Rows as tessy-synth writes them, the teacher's tokens first."""
    path = tmp_path / "together.jsonl"
    tokens = ({"teacher": 3, "student": 1}, {"teacher": 0, "student": 4}, {"student": 0, "teacher": 2})
    write_rows(path, ({"id": f"q{n}", "tokens": found} for n, found in enumerate(tokens)))
    return path


def write_log(folder, losses):
    folder.mkdir()
    history = [{"step": 10 * step, "loss": loss, "grad_norm": 1.0} for step, loss in enumerate(losses, start=1)]
    text = json.dumps({"log_history": [*history, {"step": 10 * len(losses), "eval_loss": 0.5}]})
    (folder / "trainer_state.json").write_text(text)
    return folder


@pytest.mark.parametrize("form", [".pdf", ".svg"])
def test_token_shares(analyze, rows, tmp_path, form):
    out = tmp_path / f"shares{form}"
    called = analyze("plot", "token-shares", rows, f"a$b$={rows}", "--out", out)
    assert (called.code, called.out) == (0, f"{out}: 20 kept tokens, each counted in its author's vocabulary\n")
    assert Counter(called.letters) >= Counter({"50.0 %": 4, "together": 1, "a$b$": 1, "student": 1, "teacher": 1})
    assert called.letters.index("student") < called.letters.index("teacher")
    assert out.stat().st_size > 2000
    assert form != ".pdf" or faults_of_pdf(out) == []


@pytest.mark.parametrize("form", [".pdf", ".svg"])
def test_losses(analyze, tmp_path, form):
    one, two = write_log(tmp_path / "one", [2.0, 1.0, 0.5]), write_log(tmp_path / "two", [3.0, float("nan"), 1.0])
    out = tmp_path / f"losses{form}"
    called = analyze("plot", "losses", one, f"mine={two / 'trainer_state.json'}", "--role", "one=student", "--out", out)
    assert (called.code, called.out) == (0, f"{out}: loss of one to step 30, mine to step 30\n")
    assert {"one", "mine", "training loss (nats a token)", "step"} <= set(called.letters)
    lines = [line.get_ydata().tolist() for line in called.figure.axes[0].lines]
    assert lines[0] == [2.0, 1.0, 0.5]
    assert np.isnan(lines[1][1])
    called = analyze("plot", "losses", one, "--smooth", 3, "--out", out)
    assert [2.0, 1.0, 0.5] in [line.get_ydata().tolist() for line in called.figure.axes[0].lines]
    assert pytest.approx([1.5, 3.5 / 3, 0.75]) in [line.get_ydata().tolist() for line in called.figure.axes[0].lines]
    called = analyze("plot", "losses", one, "--field", "eval_loss", "--out", out)
    assert "evaluation loss (nats a token)" in called.letters
    assert "nats" in analyze("plot", "losses", one, "--label", "nats", "--out", out).letters


@pytest.mark.parametrize("form", [".pdf", ".svg"])
def test_precision_recall(analyze, lexicon, labels, labels_file, tmp_path, form, caplog):
    nothing = store.save(LexiconDetector({"zzz": 1.0}), tmp_path / "nothing", card={})
    out = tmp_path / f"curves{form}"
    detectors = ("--detector", lexicon, "--detector", f"none={nothing}")
    called = analyze("plot", "precision-recall", *detectors, "--labels", labels_file, "--out", out)
    true = np.concatenate([true_words(label) for label in labels])
    likely = np.concatenate([one.probabilities for one in predict(store.load(lexicon), labels)])
    expected = {f"lexicon ({average_precision_score(true, likely):.3f})", f"none ({true.mean():.3f})"}
    assert expected <= set(called.letters)
    assert (
        called.out == f"{out}: {len(true):,} words of 60 texts on 30 questions; average precision stands in the key\n"
    )
    assert "detectors: 120 of 120 texts" in called.err
    assert caplog.text == ""
    assert form != ".pdf" or faults_of_pdf(out) == []


@pytest.mark.parametrize("form", [".pdf", ".svg"])
def test_reliability(analyze, run, lexicon, labels_file, tmp_path, form):
    out = tmp_path / f"reliability{form}"
    called = analyze("plot", "reliability", "--detector", lexicon, "--labels", labels_file, "--out", out)
    error = json.loads(run("eval", lexicon, labels_file, "--json")[1])["calibration_error"]
    assert error > 0
    assert f"calibration error {error:.3f}" in called.letters
    assert called.out.endswith(f"texts on 30 questions; calibration error {error:.3f}\n")
    assert form != ".pdf" or faults_of_pdf(out) == []


def test_own_training_data_are_warned_of(analyze, lexicon, labels_file, tmp_path, caplog):
    store.save(store.load(lexicon), lexicon, card={"training": {"sha256": fingerprint(labels_file)}})
    named = ("--detector", lexicon, "--labels", labels_file)
    assert analyze("plot", "reliability", *named, "--out", tmp_path / "a.pdf").code == 0
    assert f"{lexicon} was fitted to spans.jsonl" in caplog.text
