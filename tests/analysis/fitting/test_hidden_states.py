import json
from pathlib import Path

import numpy as np
import pytest

from analysis.fitting.hidden_states import extracted
from detectors.hidden_states import HiddenStates
from detectors.spans import words
from tests.support.classifiers import TEXT, tiny_llama

TEXTS = [f"{TEXT} {number}" for number in range(150)] + ["", "Hmm.", "Hmm."]


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    return HiddenStates(str(tiny_llama(tmp_path_factory.mktemp("model"))), [0, 1, 2], stride=16)


class Counting(HiddenStates):
    """Counts the texts that the model reads, and fails after so many."""

    def __init__(self, source, most=10_000):
        super().__init__(source.model, source.layers, stride=source.stride)
        self.seen, self.most = [], most

    def read(self, texts):
        if len(self.seen) + len(texts) > self.most:
            raise KeyboardInterrupt
        self.seen += texts
        yield from super().read(texts)


def test_stored_states_are_the_models_in_half_precision(source):
    live = [np.zeros((len(words(text)), 3, 64), dtype=np.float32) for text in TEXTS[:5]]
    for piece in source.read(TEXTS[:5]):
        live[piece.text][piece.first : piece.first + len(piece.states)] = piece.states
    with extracted(source, TEXTS[:5]) as states:
        for index, text in enumerate(TEXTS[:5]):
            stored = states.states(text)
            assert stored.dtype == np.float16
            assert stored.shape == (len(words(text)), 3, 64)
            np.testing.assert_allclose(stored, live[index], rtol=1e-3, atol=1e-3)
            np.testing.assert_array_equal(states.only(2).states(text)[:, 0], stored[:, 2])
        assert states.only(2, 0).layers == (0, 2)


def test_known_texts_come_from_disk_and_others_from_the_model(source):
    counting = Counting(source)
    with extracted(counting, TEXTS) as states:
        assert sorted(counting.seen) == sorted(set(TEXTS))
        asked = [TEXTS[3], "Wait, another.", TEXTS[0]]
        found = {piece.text: piece.states for piece in states.only(1).read(asked)}
        assert counting.seen[len(set(TEXTS)) :] == [asked[1]]
    assert {index: len(of_text) for index, of_text in found.items()} == {i: len(words(t)) for i, t in enumerate(asked)}
    assert all(of_text.shape[1:] == (1, 64) for of_text in found.values())


def test_an_extraction_that_was_cut_short_goes_on(source, tmp_path):
    reports = []
    with pytest.raises(KeyboardInterrupt), extracted(Counting(source, most=100), TEXTS, cache=tmp_path):
        pass
    counting = Counting(source)
    with extracted(counting, TEXTS, cache=tmp_path, report=lambda *done: reports.append(done)) as resumed:
        assert 0 < len(counting.seen) < len(set(TEXTS))
        total = sum(len(words(text)) for text in set(TEXTS))
        assert reports[-1] == (total, total)
        with extracted(source, TEXTS) as fresh:
            for text in TEXTS:
                np.testing.assert_allclose(resumed.states(text), fresh.states(text), atol=1e-2)
    again = Counting(source)
    with extracted(again, TEXTS, cache=tmp_path):
        assert again.seen == []
    with extracted(again, TEXTS[:3], cache=tmp_path):
        assert len(again.seen) == 3


def test_a_cache_that_was_damaged_is_made_again(source, tmp_path):
    with extracted(source, TEXTS[:3], cache=tmp_path):
        note = next(tmp_path.rglob("*.json"))
    note.write_text(json.dumps({"groups": "many"}))
    counting = Counting(source)
    with extracted(counting, TEXTS[:3], cache=tmp_path) as states:
        assert len(counting.seen) == 3
        assert np.isfinite(states.states(TEXTS[0])).all()


def test_what_no_cache_keeps_is_gone_afterwards(source):
    with extracted(source, TEXTS[:3]) as states:
        path = Path(states.array.filename)
        assert path.exists()
    assert not path.exists()


def test_texts_without_words_have_no_states(source):
    with extracted(source, ["", "  "]) as states:
        assert states.states("").shape[0] == 0
