"""The kinds of detectors that can be fitted."""

from enum import StrEnum
from typing import Final

SMALL_MODEL: Final = "HuggingFaceTB/SmolLM2-135M-Instruct"
"""The language model a probe or a predictor reads when none is named: one that two cores can run."""


class Kind(StrEnum):
    """The kinds of detectors that can be fitted."""

    LEXICON = "lexicon"
    LOGISTIC = "logistic"
    PROBE = "probe"
    CLASSIFIER = "classifier"

    @property
    def has_model(self) -> bool:
        """Whether it reads with a language model."""
        return self in {Kind.PROBE, Kind.CLASSIFIER}


class Target(StrEnum):
    """Which word the state of a probe's model at a word speaks of: itself, or the one that comes next."""

    CURRENT = "current"
    NEXT = "next"
