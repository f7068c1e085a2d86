"""A probe that foresees follows drafts: where it stops, and where it must not."""

import numpy as np
import pytest

from detectors.calibration import Calibration
from detectors.hidden_states import HiddenStates
from detectors.lexicon import LexiconDetector
from detectors.lower_layers import FINAL
from detectors.probe import ProbeDetector
from tessy.engines.base import StopRule
from tessy.foresight import Foresight
from tessy.miniature import student_path
from tessy.vocabulary import Vocabulary

VOCABULARY = Vocabulary.load(str(student_path()))
OWN, OTHER = 1.0, -1.0
"""What a state times the weights may be, for the student: style to come, and something else."""


def probe(**options):
    """A probe whose log-odds are the product itself, and slightly below 0 for a mean state."""
    weights = np.ones((1, 1, 4), dtype=np.float32)
    options = {"bias": -0.5, "target": "next", "threshold": 0.5} | options
    return ProbeDetector(HiddenStates(str(student_path()), [FINAL]), weights, np.array([-0.5]), **options)


FORESIGHT = Foresight.compile(probe(), VOCABULARY)


def follow(said, foreseen, *, before="So", style=True, forced=False, open_text="", foresight=FORESIGHT):
    """Return the text of a draft up to the boundary, and whether there was one."""
    opened = tuple(VOCABULARY.encode(open_text))
    rule = StopRule(foresight.fingerprint, before, style, forced, opened)
    outlook = foresight.watch(rule)
    tokens = said if isinstance(said, list) else VOCABULARY.encode(said)
    for place, (token, state) in enumerate(zip(tokens, foreseen, strict=False)):
        outlook.foresee(state)
        if outlook.push(token):
            kept = tokens[: place + outlook.ended]
            return VOCABULARY.texts([], kept)[0], "ended" if outlook.ended else True
    return VOCABULARY.texts([], tokens)[0], False


@pytest.mark.parametrize(
    ("said", "foreseen", "kept"),
    [
        (" First, 3 + 4", [OWN, OWN, OTHER], " First,"),
        (" First, 3 + 4", [OTHER], ""),
        (" First, 3 + 4", [OWN] * 9, None),
        # In the middle of a word nothing is decided: "Done" and "13" are two tokens each, "let's" as well.
        ("Done!", [OWN, OTHER, OTHER], "Done"),
        (" 13 +", [OWN, OTHER, OTHER], " 13"),
        (" let's see", [OWN, OTHER, OTHER], " let's"),
        # The kind of what comes after a line break is said by the word before it.
        (" So.\nHmm", [OWN, OWN, OTHER, OWN], " So.\n"),
        (" So.\nHmm", [OWN, OWN, OWN, OTHER], None),
    ],
)
def test_a_draft_ends_before_the_first_word_of_the_other_kind(said, foreseen, kept):
    expected = (said, False) if kept is None else (kept, True)
    assert follow(said, foreseen) == expected
    # The teacher owns what the student does not.
    assert follow(said, [-state for state in foreseen], style=False) == expected


def test_an_apostrophe_is_not_a_word_when_letters_stand_before_it():
    tokens = [VOCABULARY.encode(text)[0] for text in (" let", "'", "s")]
    assert follow(tokens, [OWN, OTHER, OTHER])[1] is False
    assert follow(tokens[1:], [OTHER], before="So.") == ("", True)


def test_a_blank_of_its_own_belongs_to_the_word_to_come():
    tokens = [VOCABULARY.encode(text)[0] for text in (" So", " ", "=")]
    assert follow(tokens, [OWN, OTHER]) == (" So", True)
    assert follow(tokens, [OWN, OWN, OTHER]) == (" So =", False)


def test_the_first_word_goes_on_with_what_stands_before_it():
    assert follow("s 3", [OTHER, OWN], before="Okay, let'")[1] is False
    assert follow("ne 3", [OTHER, OTHER], before="Do") == ("ne", True)
    assert follow("ne 3", [OTHER], before="Do.") == ("", True)


def test_a_forced_first_word_is_written_whole():
    assert follow("Done! Final", [OTHER] * 9, forced=True) == ("Done", True)
    assert follow(" 13 + 4", [OTHER] * 9, forced=True) == (" 13", True)
    assert follow("\nSo. We", [OTHER] * 9, forced=True) == ("\nSo", True)
    assert follow(" + 4", [OTHER] * 9, forced=True, open_text=" 1") == ("", True)


def test_before_the_first_word_of_all_there_is_a_mean_state():
    # Its log-odds are the bias, below the threshold: the student's first word is not style, whatever the prompt says.
    assert follow(" So", [OWN], before="") == ("", True)
    assert follow(" So", [OTHER], before="", style=False) == (" So", False)
    assert follow(" So we", [OTHER, OWN], before="\n", style=False) == (" So", True)


def test_open_tokens_were_judged_before():
    assert follow(" 4", [OTHER], open_text=" 3 +") == ("", True)
    assert follow("3 +", [OTHER, OTHER], open_text=" 1") == ("3", True)


def test_while_the_thinking_may_end_nothing_is_decided():
    assert follow("</think>", [OTHER] * 9) == ("</think>", "ended")
    assert follow(".</think> So", [OWN] * 9) == (".</think>", "ended")
    assert follow("< 4", [OTHER] * 9) == ("<", True)
    assert follow("k>", [OTHER] * 9, open_text="</thin") == ("k>", "ended")
    # What stands before the draft ends nothing.
    assert follow(">So", [OWN] * 9, before="</think")[1] is False
    assert follow("/ 4", [OTHER], before="So <") == ("", True)


def test_characters_of_several_tokens_are_never_parted():
    tokens = VOCABULARY.encode("é")
    assert len(tokens) == 2
    assert follow(tokens, [OTHER, OTHER])[1] is False
    assert follow(tokens, [OTHER, OTHER], before="So.")[1] is False


@pytest.mark.parametrize("threshold", [0.2, 0.5, 0.8])
@pytest.mark.parametrize(
    "calibration", [Calibration(), Calibration(temperature=0.5, bias=1.0), Calibration(knots=((0.2, 0.1), (0.6, 0.9)))]
)
def test_it_decides_as_the_probe_does(threshold, calibration):
    made = probe(threshold=threshold, calibration=calibration)
    foresight = Foresight.compile(made, VOCABULARY)
    random = np.random.default_rng(0)
    text = "Okay, so 3 + 4 = 7. Wait, no: we need 13."
    found = made.probabilities  # of a source that says what is drawn
    states = random.normal(0, 1, (len(text), 4)).astype(np.float32)
    made.source = Drawn(made.source, states)
    said = [value >= threshold for value in found(text)]
    projected = [float(value) for value in states @ foresight.probe.weights[0, 0]]
    assert [foresight.is_style(value) for value in (None, *projected)][: len(said)] == said
    assert foresight.is_style(np.float64(9)) is True
    assert {True, False} <= set(said)


@pytest.mark.parametrize(("knots", "kind"), [(((0.0, 0.9), (1.0, 0.9)), True), (((0.0, 0.1), (1.0, 0.1)), False)])
def test_a_calibration_may_say_the_same_of_all(knots, kind):
    foresight = Foresight.compile(probe(calibration=Calibration(knots=knots)), VOCABULARY)
    assert {foresight.is_style(value) for value in (None, -1e9, 0.0, 1e9)} == {kind}


class Drawn:
    """States that were drawn, in place of a model's."""

    def __init__(self, source, states):
        self.layers, self.stride, self._states = source.layers, source.stride, states

    def read(self, texts):
        from detectors.spans import words
        from detectors.state_source import Piece

        for index, text in enumerate(texts):
            yield Piece(index, 0, self._states[: len(words(text)), None])


def test_only_probes_that_foresee_are_taken_up():
    source = HiddenStates(str(student_path()), [FINAL, 2])
    weights = np.ones((1, 2, 4), dtype=np.float32)
    both = ProbeDetector(source, weights, np.zeros(1), bias=0.0, target="next")
    for detector in (None, LexiconDetector({"so": 1.0}, causal=True), both, probe(target="current")):
        assert Foresight.compile(detector, VOCABULARY) is None
