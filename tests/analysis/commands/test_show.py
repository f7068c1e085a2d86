import json

import pytest

from analysis.card import training_on_labels, validation
from analysis.fitting import fit_lexicon
from detectors import store


@pytest.fixture
def carded(labels, labels_file, tmp_path):
    """A lexicon with a whole card."""
    card = {
        "training": training_on_labels(labels_file, labels),
        "scores": validation(fit_lexicon, labels, 2),
        "seed": 7,
    }
    return store.save(fit_lexicon(labels), tmp_path / "carded", card=card)


def test_a_page_says_what_the_card_says(run, carded):
    code, out, _ = run("show", carded)
    card = store.read_card(carded)
    assert code == 0
    for part in ("lexicon", "spans.jsonl", "2-fold cross-validation", card["sha256"], "wrong author", "seed", "numpy"):
        assert part in " ".join(out.split())
    assert f"{card['scores']['token']['f1']:.3f}" in out


def test_json_is_the_card(run, carded):
    code, out, _ = run("show", carded, "--json")
    assert (code, json.loads(out)) == (0, store.read_card(carded))


def test_markdown_is_a_page_whose_tables_have_as_many_cells_everywhere(run, carded):
    code, out, _ = run("show", carded, "--markdown")
    assert code == 0
    assert out.startswith("# carded: lexicon detector\n\n## Detector\n\n|  |  |\n|---|---|\n| kind | lexicon |\n")
    bare = out.replace("\\|", "")
    tables = [part.strip().splitlines() for part in bare.split("\n\n") if part.startswith("|")]
    assert len(tables) > 4
    for table in tables:
        assert len({line.count("|") for line in table}) == 1
    assert "\\^" in out


def test_a_bare_card_has_a_page_too(run, folder):
    code, out, _ = run("show", folder)
    assert code == 0
    assert "Scores" not in out
    assert "Weighs most" in out


def test_two_forms_at_once_are_refused(run, carded):
    code, _, err = run("show", carded, "--json", "--markdown")
    assert (code, err.count("\n")) == (2, 1)


def test_a_changed_detector_is_not_shown(run, carded):
    with (carded / store.WEIGHTS).open("ab") as weights:
        weights.write(b" ")
    code, out, err = run("show", carded)
    assert (code, out) == (1, "")
    assert "does not have the hash" in err
