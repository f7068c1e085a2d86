"""What every detector can do and say of itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol, Self, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from detectors.spans import Span, words

Arrays = dict[str, NDArray[np.generic]]


@dataclass(frozen=True, slots=True)
class DetectorState:
    """A fitted detector as data: what `detectors.store` writes and reads.

    Attributes
    ----------
    settings
        Everything JSON can hold: phrases, feature names, window sizes, the threshold.
    arrays
        Everything else, by name; any numpy dtype safetensors knows.
    """

    settings: Mapping[str, Any]
    arrays: Arrays = field(default_factory=dict)


def settled_but(text: str, lookahead: int) -> int:
    """Count the characters before the last `lookahead` words of a text."""
    if lookahead == 0:
        return len(text)
    parts = words(text)
    return parts[-lookahead].start if len(parts) > lookahead else 0


@runtime_checkable
class Detector(Protocol):
    """Finds the style spans of a text. It knows no roles, engines or corpora.

    To add a kind, write a class with these members and name it in the table of `detectors.store`.
    """

    kind: ClassVar[str]
    """The name under which `store` knows it and ``tessy-detect fit`` offers it."""

    @property
    def context(self) -> int:
        """How many words to the left a decision may read."""
        ...

    @property
    def lookahead(self) -> int:
        """How many words to the right a decision may read; 0 is causal."""
        ...

    def spans(self, text: str) -> list[Span]:
        """Find the style spans of a text: in order, disjoint, at word bounds, none empty."""
        ...

    def settled(self, text: str) -> int:
        """Count the characters at the start of a text whose decisions no further words can change.

        The text ends with a whole word. `settled_but` answers for detectors that always read the same number of words
        ahead; one that seldom needs its whole look-ahead can say more.
        """
        ...

    def state(self) -> DetectorState:
        """Return all it takes to make this detector again."""
        ...

    @classmethod
    def from_state(cls, state: DetectorState) -> Self:
        """Make the detector that `state` describes.

        Raises
        ------
        KeyError, ValueError
            When the state is not one of this kind; `store` turns it into a `DetectorFolderError`.
        """
        ...
