"""Probes and predictors through the command line, on a model so small that a fit takes seconds."""

import json
from contextlib import contextmanager

import pytest

from analysis.jsonl import read_rows
from analysis.terminal import fingerprint
from detectors import store
from tests.support.classifiers import tiny_llama

TEXT = "Okay, let's see. 3 + 4 = 7. Wait, the list then ends."
KINDS = ("probe", "classifier")


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """A language model of two layers."""
    return tiny_llama(tmp_path_factory.mktemp("model"))


def found_by(run, folder, tmp_path):
    """Return what ``tessy-detect apply`` finds in a text."""
    rows, out = tmp_path / "texts.jsonl", tmp_path / "found.jsonl"
    rows.write_text(json.dumps({"text": TEXT}) + "\n")
    assert run("apply", folder, rows, "--out", out)[0] == 0
    return [TEXT[start:end] for _, row in read_rows(out) for start, end in row["spans"]]


def test_a_probe_from_labels(run, model, labels_file, tmp_path):
    folder, cache = tmp_path / "probe", tmp_path / "cache"
    options = ("--labels", labels_file, "--model", model, "--layer", 2, "--layer", 1, "--layer", 2, "--folds", 2)
    code, out, err = run("fit", "probe", *options, "--cache", cache, "--out", folder)
    assert (code, out) == (0, "")
    assert "2-fold cross-validation" in err
    assert str(folder) in err
    assert found_by(run, folder, tmp_path) == ["Okay, let's see.", "Wait,"]
    card = store.read_card(folder)
    assert (card["kind"], card["lookahead"], card["settings"]["layers"]) == ("probe", 2, [1, 2])
    assert (card["features"]["joined_with"], "words" in card["features"]) == ("logistic regression over words", False)
    assert "joined with" in run("show", folder)[1]
    assert card["settings"]["model"] == str(model)
    assert card["training"]["sha256"] == fingerprint(labels_file)
    low, high = card["scores"]["intervals"]["token.f1"]
    assert 0.8 < low <= card["scores"]["token"]["f1"] <= high <= 1
    assert "seed" not in card
    assert len(list(cache.iterdir())) == 1
    assert store.load(folder).word_part is not None
    printed = run("show", folder)[1]
    assert all(part in printed for part in ("probe", "layers", "2-fold", str(model.name)))


@pytest.mark.parametrize(
    ("options", "ahead", "with_words"),
    [
        (("--target", "next"), 0, False),
        (("--no-with-words", "--lookahead", 1), 1, False),
        (("--causal",), 0, True),
        (("--threshold", 0.7), 2, True),
    ],
)
def test_modes_of_a_probe(run, model, labels_file, tmp_path, options, ahead, with_words):
    options = ("--labels", labels_file, "--model", model, "--folds", 0, *options)
    assert run("fit", "probe", *options, "--out", tmp_path / "d")[0] == 0
    probe = store.load(tmp_path / "d")
    assert (probe.lookahead, probe.word_part is not None) == (ahead, with_words)
    assert probe.target == ("next" if "next" in options else "current")
    assert probe.threshold == (0.7 if 0.7 in options else 0.4)
    assert "scores" not in store.read_card(tmp_path / "d")


def test_a_predictor_from_labels(run, model, labels_file, tmp_path):
    folder = tmp_path / "predictor"
    options = ("--labels", labels_file, "--model", model, "--epochs", 3, "--seed", 4)
    code, out, err = run("fit", "classifier", *options, "--out", folder)
    assert (code, out) == (0, "")
    assert "12 texts of 6 questions held out" in " ".join(err.split())
    assert {"Okay, let's see.", "Wait,"} <= set(found_by(run, folder, tmp_path))
    card = store.read_card(folder)
    assert (card["kind"], card["lookahead"], card["seed"]) == ("classifier", 6, 4)
    assert len(card["training"]["model"]["sha256"]) == 64
    assert card["scores"]["token"]["f1"] > 0.6
    assert set(card["scores"]["intervals"]["token.f1"]) <= {value / 1e4 for value in range(10_001)}
    assert "model.safetensors" in card["checkpoint"]
    assert card["settings"]["share"] == 0.5
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
    assert json.loads(run("show", folder, "--json")[1]) == card

    # What is saved stands on its own.
    moved = folder.rename(tmp_path / "moved")
    assert {"Okay, let's see.", "Wait,"} <= set(found_by(run, moved, tmp_path))


def test_modes_of_a_predictor(run, model, labels_file, tmp_path):
    options = ("--labels", labels_file, "--model", model, "--epochs", 1, "--folds", 0, "--no-with-words", "--causal")
    assert run("fit", "classifier", *options, "--threshold", 0.3, "--out", tmp_path / "d")[0] == 0
    detector = store.load(tmp_path / "d")
    assert (detector.word_part, detector.lookahead, detector.threshold) == (None, 0, 0.3)
    assert "scores" not in store.read_card(tmp_path / "d")


def test_an_interrupted_training_goes_on(run, model, labels_file, tmp_path, monkeypatch):
    steps = []

    @contextmanager
    def recording(console=None):
        def report(step):
            steps.append(step.step)
            if stop_at in steps:
                raise KeyboardInterrupt

        yield report

    monkeypatch.setattr("analysis.fitting.training_bar.training_bar", recording)
    options = ("--labels", labels_file, "--model", model, "--epochs", 3, "--folds", 0, "--out", tmp_path / "d")
    stop_at = 10
    assert run("fit", "classifier", *options)[0] == 130
    assert not (tmp_path / "d").exists()
    assert (tmp_path / ".d.work").is_dir()
    stop_at = None
    steps.clear()
    assert run("fit", "classifier", *options)[0] == 0
    assert min(steps) > 7
    assert not (tmp_path / ".d.work").exists()


def test_a_probe_that_foresees(run, model, labels_file, tmp_path):
    folder = tmp_path / "probe"
    options = ("--labels", labels_file, "--model", model, "--layer", "final", "--target", "next", "--folds", 2)
    code, _, err = run("fit", "probe", *options, "--out", folder)
    assert (code, "2-fold cross-validation" in err) == (0, True)
    card = store.read_card(folder)
    assert (card["settings"]["layers"], card["settings"]["target"], card["lookahead"]) == (["final"], "next", 0)
    # A model drawn at random foresees little; that it is scored is what counts.
    assert 0 < card["scores"]["token"]["f1"] <= 1
    assert store.load(folder).foresees
    assert "final" in run("show", folder)[1]


@pytest.mark.parametrize("kind", KINDS)
def test_fit_without_labels(run, model, traces, tmp_path, kind):
    student, teacher = traces
    options = ("--student", student, "--teacher", teacher, "--model", model, "--seed", 3)
    options += ("--epochs", 1) if kind == "classifier" else ()
    assert run("fit", kind, *options, "--out", tmp_path / "d")[0] == 0
    found = " ".join(found_by(run, tmp_path / "d", tmp_path))
    assert "Okay" in found
    assert "= 7" not in found
    card = store.read_card(tmp_path / "d")
    assert (card["seed"], card["training"]["teacher"]["texts"]) == (3, 30)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("probe", "--layer", 3), "there is no layer 3"),
        (("probe", "--layer", -1), "'-1' is neither 'final' nor a number from 0"),
        (("probe", "--layer", "last"), "'last' is neither 'final' nor a number from 0"),
        (("probe", "--target", "last"), "'current', 'next'"),
        (("probe", "--target", "next", "--lookahead", 2), "no look-ahead"),
        (("logistic", "--target", "next"), "--target next is for a probe"),
        (("classifier", "--layer", 1), "--layer is for a probe"),
        (("logistic", "--model", "x"), "--model is for a probe or classifier, not for a logistic"),
        (("logistic", "--no-with-words"), "--no-with-words is for a probe or classifier"),
        (("lexicon", "--with-words"), "--with-words is for a probe or classifier"),
        (("lexicon", "--epochs", 3), "--epochs is for a classifier"),
        (("classifier", "--cache", "x"), "--cache is for a probe"),
        (("probe", "--causal", "--lookahead", 2), "--causal means"),
        (("probe", "--model", "nowhere/at-all"), "no model folder nowhere/at-all"),
        (("classifier", "--model", "nowhere/at-all"), "nowhere/at-all"),
    ],
)
def test_bad_usage(run, model, labels_file, tmp_path, monkeypatch, arguments, message):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    options = ("--model", model) if arguments[0] in KINDS and "--model" not in arguments else ()
    code, out, err = run("fit", *arguments, *options, "--labels", labels_file, "--out", tmp_path / "d")
    assert (code, out) == (2, "")
    assert message in " ".join(err.replace("│", " ").split())
    assert "Traceback" not in err
    assert not (tmp_path / "d").exists()


def test_folds_need_labels(run, traces, tmp_path):
    student, teacher = traces
    options = ("--student", student, "--teacher", teacher, "--folds", 2, "--out", tmp_path / "d")
    code, _, err = run("fit", "lexicon", *options)
    assert (code, "--folds cross-validates on --labels" in " ".join(err.split())) == (2, True)


@pytest.mark.parametrize("kind", KINDS)
def test_a_folder_that_is_no_model(run, labels_file, tmp_path, kind):
    (tmp_path / "empty").mkdir()
    options = ("--labels", labels_file, "--model", tmp_path / "empty", "--out", tmp_path / "d")
    code, _, err = run("fit", kind, *options)
    assert code == 2
    assert err.startswith("error: ")
    assert "empty" in err


def test_a_full_folder_is_refused_before_the_fit(run, tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    code, _, err = run("fit", "lexicon", "--labels", tmp_path / "none.jsonl", "--out", tmp_path)
    assert (code, "exists and is not a detector" in err) == (2, True)
    assert (tmp_path / "notes.txt").read_text() == "mine"


@pytest.mark.parametrize("kind", KINDS)
def test_what_cannot_be_written_is_named(run, model, labels_file, tmp_path, kind):
    options = ("--labels", labels_file, "--model", model)
    code, _, err = run("fit", kind, *options, "--out", labels_file / "deep" / "d")
    assert (code, f"{labels_file} is a file" in err) == (2, True)
    if kind == "probe":
        code, _, err = run("fit", kind, *options, "--cache", labels_file, "--out", tmp_path / "d")
        assert (code, err.startswith("error: hidden states cannot be written to")) == (2, True)


def test_labels_without_style(run, model, tmp_path):
    rows = tmp_path / "rows.jsonl"
    rows.write_text('{"text": "3 + 4", "spans": []}\n')
    for kind in store.KINDS:
        options = ("--model", model) if kind in KINDS else ()
        code, _, err = run("fit", kind, "--labels", rows, *options, "--folds", 0, "--out", tmp_path / "d")
        assert code == 1
        last = err.splitlines()[-1]
        assert last.startswith("error: ")
        assert "are the spans" in last
