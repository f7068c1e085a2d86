import json

import pytest

from analysis.card import held_out_scores, scores_of, training_on_labels, training_on_traces, validation
from analysis.corpus import read_corpus
from analysis.evaluation.folds import cross_validate, predict_out_of_fold, split_by_question
from analysis.evaluation.judgement import judge
from analysis.fitting import fit_lexicon
from analysis.terminal import fingerprint
from tests.analysis.conftest import write_traces


def test_training_on_labels_counts_what_was_there(labels, labels_file):
    described = training_on_labels(labels_file, labels)
    assert described["labels"] == labels_file.name
    assert described["sha256"] == fingerprint(labels_file)
    assert (described["texts"], described["questions"]) == (60, 30)
    assert described["spans"] == sum(len(label.spans) for label in labels)
    assert described["models"] == {"m": 60}
    assert str(labels_file.parent) not in json.dumps(described)


def test_training_on_traces_names_both_files(tmp_path):
    path = tmp_path / "a.jsonl"
    write_traces(path, ["So", "Wait,"], count=5)
    corpus = read_corpus(path)
    described = training_on_traces(
        {"student": (path, corpus), "teacher": (path, corpus)}, markers="/some/where/de.json"
    )
    assert described["student"] == {"traces": "a.jsonl", "sha256": fingerprint(path), "texts": 5}
    assert described["markers"] == "de.json"


def test_validation_is_the_cross_validation_with_intervals(labels):
    scores = validation(fit_lexicon, labels, 5)
    assert scores["how"].startswith("5-fold")
    assert scores["token"]["f1"] == pytest.approx(cross_validate(fit_lexicon, labels, 5).token.f1, abs=1e-4)
    low, high = scores["intervals"]["token.f1"]
    assert low <= scores["token"]["f1"] <= high
    assert validation(fit_lexicon, labels, 5) == scores


def test_scores_of_a_card_are_short_and_plain_json(labels):
    found = scores_of(judge(labels, predict_out_of_fold(fit_lexicon, labels, 2)), how="2 folds")
    assert json.loads(json.dumps(found)) == found
    assert all(len(repr(part)) <= 6 for part in found["token"].values())
    assert not any(name.endswith("precision") for name in found["intervals"])


def test_no_validation_without_two_questions(labels):
    with pytest.raises(ValueError, match="two questions"):
        validation(fit_lexicon, labels[:1], 5)


def test_held_out_scores_are_those_of_one_part(labels):
    part = [labels[index] for index in split_by_question(labels, 5)[0]]
    fitted_to = []

    def fit(some):
        fitted_to.append(some)
        return fit_lexicon(some)

    scores = held_out_scores(fit, labels, 5)
    assert scores["how"] == f"{len(part)} texts of {len({label.question for label in part})} questions held out"
    assert (scores["texts"], len(fitted_to)) == (len(part), 1)
    assert not {label.question for label in fitted_to[0]} & {label.question for label in part}
    low, high = scores["intervals"]["token.f1"]
    assert low <= scores["token"]["f1"] <= high
    with pytest.raises(ValueError, match="two questions"):
        held_out_scores(fit, labels[:1], 5)
