"""How a detector on a language model keeps the logistic detector over words that it is joined with."""

from collections.abc import Mapping
from typing import Any

from detectors.base import Arrays, DetectorState
from detectors.logistic import LogisticDetector

WORD_PART, _ARRAYS = "words", "words."
"""The setting that holds its settings, and what the names of its arrays begin with."""


def with_word_part(state: DetectorState, part: LogisticDetector | None) -> DetectorState:
    """Return the state of a detector with that of its word part in it; the same without one."""
    if part is None:
        return state
    own = part.state()
    arrays = {_ARRAYS + name: array for name, array in own.arrays.items()}
    settings: Mapping[str, Any] = {**state.settings, WORD_PART: dict(own.settings)}
    return DetectorState(settings, {**state.arrays, **arrays}, state.checkpoint)


def word_part_of(state: DetectorState) -> LogisticDetector | None:
    """Make the word part that a state holds; None without one.

    Raises
    ------
    KeyError, ValueError
        When it describes none.
    """
    if WORD_PART not in state.settings:
        return None
    own: Arrays = {
        name.removeprefix(_ARRAYS): array for name, array in state.arrays.items() if name.startswith(_ARRAYS)
    }
    return LogisticDetector.from_state(DetectorState(state.settings[WORD_PART], own))
