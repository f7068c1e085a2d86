"""How a probe is fitted."""

from dataclasses import dataclass
from typing import Final

from detectors.errors import UsageError
from detectors.probe import TARGETS, offsets_of

_DEPTH: Final = 17 / 30
"""How far up in a model the layer lies that a probe reads when none is named: found with SmolLM2."""


@dataclass(frozen=True, slots=True)
class ProbeSettings:
    """How a probe is fitted.

    Attributes
    ----------
    target
        ``current``: the state at a word decides on it; ``next``: on the word that follows, for a router that asks
        before anything is written.
    lookahead
        Words to the right that a decision may read; 0 is causal. States of the next word are read when it is at least
        1, words themselves up to all of it.
    with_words
        Whether hashed features of the words are fitted together with the states; never with the target ``next``.
    penalty, word_penalty
        L2 penalties on the weights of standardised states and of the words' features.
    threshold
        The least probability of a style word.
    """

    target: str = "current"
    lookahead: int = 2
    with_words: bool = True
    penalty: float = 1000.0
    word_penalty: float = 10.0
    threshold: float = 0.4

    def __post_init__(self) -> None:
        if self.target not in TARGETS:
            raise UsageError(f"the target must be one of {', '.join(TARGETS)}, not {self.target!r}")
        if self.lookahead < 0:
            raise UsageError(f"look-ahead must not be negative, got {self.lookahead}")
        if self.penalty <= 0 or self.word_penalty <= 0:
            raise UsageError("the penalties must be positive")

    @property
    def offsets(self) -> list[int]:
        """Which states decide on a word, in words from it."""
        return list(offsets_of(self.target, 1 + min(self.lookahead, 1)))


def default_layers(model: str) -> tuple[int, ...]:
    """Choose what a probe reads when no layer is named: one layer somewhat above the middle of the model.

    Raises
    ------
    UsageError
        When the model cannot be found, or is none.
    """
    from detectors.lower_layers import count_layers
    from detectors.model_folder import find_model

    return (max(1, round(_DEPTH * count_layers(find_model(model)))),)
