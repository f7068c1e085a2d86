"""Why a detector decided as it did: the features or phrases behind each word, and what they weigh."""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable


@dataclass(frozen=True, slots=True)
class Reason:
    """Something of a word that had a say in its decision.

    Attributes
    ----------
    name
        What it is, in words: ``word = 'wait'``, ``phrase = '^let me'``.
    weight
        What it counts: log-odds for a logistic detector, negative against style; 0..1 for a lexicon.
    """

    name: str
    weight: float


@runtime_checkable
class ReasoningDetector(Protocol):
    """A detector that can say why."""

    def reasons(self, text: str) -> list[list[Reason]]:
        """Return for each word of `detectors.spans.words` the reasons of its probability, the weightiest first."""
        ...
