from functools import partial

import numpy as np
import pytest

from analysis.evaluation import evaluate
from analysis.evaluation.folds import cross_validate
from analysis.fitting.hidden_states import extracted
from analysis.fitting.layer_sweep import sweep_layers
from analysis.fitting.probe import fit_probe
from analysis.fitting.probe_settings import ProbeSettings, default_layers
from analysis.labels import LabelledText
from analysis.plots.layers import plot_layers
from detectors import store
from detectors.errors import DataError, UsageError
from detectors.hidden_states import HiddenStates
from tests.support.classifiers import tiny_llama


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    return HiddenStates(str(tiny_llama(tmp_path_factory.mktemp("model"))), [0, 1, 2], stride=16)


@pytest.fixture(scope="module")
def states(source, labels):
    with extracted(source, [label.text for label in labels]) as found:
        yield found


@pytest.mark.parametrize(
    "settings",
    [
        ProbeSettings(),
        ProbeSettings(lookahead=0),
        ProbeSettings(lookahead=1, with_words=False, penalty=10.0),
    ],
)
def test_a_fitted_probe_finds_the_markers(labels, states, settings):
    probe = fit_probe(labels, states, settings)
    assert probe.lookahead == settings.lookahead
    assert (probe.word_part is not None) is settings.with_words
    assert evaluate(probe, labels).token.f1 > 0.9


def test_a_saved_probe_decides_on_new_texts_as_the_fitted_one(labels, states, tmp_path):
    probe = fit_probe(labels, states.only(1, 2))
    again = store.load(store.save(probe, tmp_path / "probe"))
    text = "So x is so large. Then, the list then ends."
    np.testing.assert_allclose(again.probabilities(text), probe.probabilities(text), atol=1e-5)
    assert [text[span.start : span.end] for span in again.spans(text)] == ["So", "Then,"]


def test_equal_fits_are_equal(labels, states):
    one, other = (fit_probe(labels, states) for _ in range(2))
    assert one.bias == other.bias
    np.testing.assert_array_equal(one.weights, other.weights)


def test_the_next_word_can_be_foreseen_where_texts_are_regular(labels, states):
    settings = ProbeSettings(target="next", penalty=1.0)
    probe = fit_probe(labels, states, settings)
    assert (probe.target, probe.lookahead, probe.word_part) == ("next", 0, None)
    assert evaluate(probe, labels).token.f1 > 0.7


def test_cross_validation_and_sweep_read_the_model_no_more(labels, states):
    scores = cross_validate(partial(fit_probe, states=states), labels, 3)
    assert scores.token.f1 > 0.85
    done = []
    sweep = sweep_layers(labels, states, ProbeSettings(with_words=False), folds=2, report=lambda *n: done.append(n))
    assert [found.layer for found in sweep] == [0, 1, 2]
    assert done == [(1, 3), (2, 3), (3, 3)]
    axes = plot_layers({"states alone": sweep, "again": sweep}, ceiling=0.93).axes[0]
    assert [line.get_xdata().tolist() for line in axes.lines[:2]] == [[0, 1, 2]] * 2


def test_a_figure_needs_something_to_draw():
    with pytest.raises(ValueError, match="sweeps can be drawn"):
        plot_layers({})


def test_labels_of_one_kind_are_refused(states, labels):
    with pytest.raises(DataError, match="both style words and others"):
        fit_probe([LabelledText("a", labels[0].text, ())], states)
    with pytest.raises(DataError):
        fit_probe([], states)


def test_one_layer_is_read_when_none_is_named(source):
    assert default_layers(source.model) == (1,)


@pytest.mark.parametrize("bad", [{"target": "last"}, {"lookahead": -1}, {"penalty": 0.0}, {"word_penalty": -1.0}])
def test_settings_that_make_no_sense_are_refused(bad):
    with pytest.raises(UsageError):
        ProbeSettings(**bad)
