from typing import ClassVar

import pytest

from analysis.explanation import explain
from analysis.fitting import fit_logistic
from detectors.lexicon import LexiconDetector


@pytest.fixture(scope="module")
def logistic(labels):
    return fit_logistic(labels, lookahead=1)


TEXT = "So now, the sum is 12. Wait, 3 + 4 = 7"


def test_every_word_is_explained(logistic):
    explained = explain(logistic, TEXT, most=3)
    assert [part.word.text for part in explained][:3] == ["So", "now", ","]
    assert [part.probability for part in explained] == logistic.probabilities(TEXT)
    assert {part.word.start for part in explained if part.style} >= {0, 3}
    assert all(len(part.reasons) == 3 for part in explained)
    weights = [abs(reason.weight) for reason in explained[0].reasons]
    assert weights == sorted(weights, reverse=True)


def test_a_phrase_explains_the_words_it_covers():
    first, second, *others = explain(LexiconDetector({"^let me": 0.9, "me": 0.6}), "Let me add 3")
    assert [reason.name for reason in first.reasons] == ["phrase = 'let me'"]
    assert [(reason.name, reason.weight) for reason in second.reasons] == [
        ("phrase = 'let me'", 0.9),
        ("phrase = 'me'", 0.6),
    ]
    assert [part.reasons for part in others] == [(), ()]


def test_a_detector_without_reasons_gives_its_probabilities():
    class Silent:
        kind: ClassVar[str] = "silent"
        threshold = 0.5

        def probabilities(self, text):
            return [0.25, 0.75]

    explained = explain(Silent(), "a b")
    assert [(part.probability, part.style, part.reasons) for part in explained] == [(0.25, False, ()), (0.75, True, ())]


def test_a_text_without_words_has_nothing_to_explain(logistic):
    assert explain(logistic, " ") == []
