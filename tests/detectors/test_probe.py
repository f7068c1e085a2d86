import sys
from subprocess import run

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors import store
from detectors.base import BatchDetector, DetectorState
from detectors.calibration import Calibration
from detectors.errors import DetectorFolderError
from detectors.probe import ProbeDetector
from detectors.spans import words
from tests.support.classifiers import TEXT
from tests.support.probes import random_probe

pieces = st.sampled_from(["Okay,", "so", "the", "sum", "3", "+", "4", "=", "7.", "Wait,", "f(17)", "\n", "é?", "!!"])
texts = st.lists(pieces, max_size=50).map(" ".join)
MODES = {
    "causal": {"lookahead": 0},
    "two words ahead": {"lookahead": 2},
    "states alone": {"lookahead": 1, "with_words": False},
    "next word": {"lookahead": 0, "with_words": False, "target": "next"},
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("model")


@pytest.fixture(scope="module", params=MODES.values(), ids=MODES)
def probe(request, folder):
    return random_probe(folder, **request.param)


def test_it_is_a_detector_that_finds_style_but_not_everywhere(probe):
    assert isinstance(probe, BatchDetector)
    assert (probe.kind, probe.context) == ("probe", 32)
    text = TEXT * 3
    found = probe.probabilities(text)
    assert len(found) == len(words(text))
    assert 0 < sum(len(span) for span in probe.spans(text)) < len(text)


def test_look_ahead_is_what_was_asked_for(folder):
    assert [random_probe(folder, **mode).lookahead for mode in MODES.values()] == [0, 2, 1, 0]


def test_log_odds_are_the_formula(folder):
    probe = random_probe(folder, lookahead=1)
    probe.centres = np.array([0.25, -0.5])
    text = "Okay, so 3 + 4 = 7."
    states = np.concatenate([piece.states for piece in probe.source.read([text])])
    by_words = np.array(probe.word_part.probabilities(text))
    expected = probe.bias + np.log(by_words / (1 - by_words))
    expected += np.einsum("wld,ld->w", states, probe.weights[0]) - 0.25
    expected[:-1] += np.einsum("wld,ld->w", states[1:], probe.weights[1]) + 0.5
    np.testing.assert_allclose(probe.probabilities(text), 1 / (1 + np.exp(-expected)), atol=1e-4)


def test_the_next_word_is_judged_by_the_state_before_it(folder):
    current = random_probe(folder, lookahead=0, with_words=False)
    following = random_probe(folder, lookahead=0, with_words=False, target="next")
    text = "Okay, so 3 + 4 = 7. Wait, no."
    assert following.probabilities(text)[1:] == pytest.approx(current.probabilities(text)[:-1])
    assert following.probabilities(text)[0] == pytest.approx(1 / (1 + np.exp(1)))


def test_texts_read_together_are_judged_as_alone(probe):
    many = [TEXT * 3, "", "Hmm.", "   \n", TEXT, "7"]
    for text, found in zip(many, probe.probabilities_many(many), strict=True):
        np.testing.assert_allclose(found, probe.probabilities(text), atol=1e-4)


@settings(max_examples=25)
@given(text=texts, more=texts)
def test_what_is_settled_no_further_word_changes(probe, text, more):
    settled = probe.settled(text)
    assert 0 <= settled <= len(text)
    count = sum(word.end <= settled for word in words(text))
    after = probe.probabilities(f"{text} {more}")[:count]
    np.testing.assert_allclose(probe.probabilities(text)[:count], after, atol=1e-4)


@settings(max_examples=25)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=80))
def test_any_text_has_valid_spans(probe, text):
    assert len(probe.probabilities(text)) == len(words(text))
    bounds = [bound for span in probe.spans(text) for bound in (span.start, span.end)]
    assert bounds == sorted(bounds)
    assert set(bounds) <= {bound for word in words(text) for bound in (word.start, word.end)}


def test_all_but_the_look_ahead_and_the_last_piece_is_settled(probe):
    text = TEXT.rstrip()
    count = sum(word.end <= probe.settled(text) for word in words(text))
    assert count == len(words(text.rpartition(" ")[0])) - probe.lookahead


def test_a_saved_probe_is_the_same_and_loads_without_torch(probe, tmp_path):
    probe.calibration, probe.threshold = Calibration(temperature=1.5), 0.4
    try:
        folder = store.save(probe, tmp_path / "probe")
        again = store.load(folder)
        np.testing.assert_allclose(again.probabilities(TEXT), probe.probabilities(TEXT), atol=1e-6)
        assert again.state().settings == probe.state().settings
    finally:
        probe.calibration, probe.threshold = Calibration(), 0.5
    program = f"import sys; from detectors import load; load({str(folder)!r}); sys.exit('torch' in sys.modules)"
    assert run([sys.executable, "-c", program], check=False).returncode == 0


def test_a_probe_whose_model_is_gone_or_another_says_what_to_do(tmp_path):
    probe = random_probe(tmp_path / "model")
    folder = store.save(probe, tmp_path / "probe")
    weights = tmp_path / "model" / "model.safetensors"
    weights.rename(tmp_path / "elsewhere")
    with pytest.raises(DetectorFolderError, match="fit the probe again"):
        store.load(folder).spans("So")
    weights.write_bytes(b"another")
    with pytest.raises(DetectorFolderError, match="has the hash"):
        store.load(folder).spans("So")


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"target": "last"}, "target"),
        ({"threshold": 1}, "threshold"),
        ({"target": "next"}, "state before it alone"),
        ({"layers": [1]}, "layers"),
        ({"layers": [2, 1]}, "rising"),
    ],
)
def test_a_state_that_makes_no_sense_is_refused(folder, changed, reason):
    state = random_probe(folder).state()
    with pytest.raises(ValueError, match=reason):
        ProbeDetector.from_state(DetectorState({**state.settings, **changed}, state.arrays))


def test_centres_must_fit_the_weights(folder):
    state = random_probe(folder).state()
    with pytest.raises(ValueError, match="centres"):
        ProbeDetector.from_state(DetectorState(state.settings, {**state.arrays, "centres": np.zeros(3)}))
