"""Where a probe's states come from: what the model itself and a store of what it said before have in common."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from detectors.encoding import Encoding

States = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """The states of some words in a row.

    Attributes
    ----------
    text
        Which of the texts that were asked for.
    first
        The first of the words.
    states
        Shape (words, layers, width), floating point: at the last token of each word.
    """

    text: int
    first: int
    states: States


class StateSource(Protocol):
    """Whatever knows the states of texts: the model itself, or a store of what it said before."""

    @property
    def model(self) -> str:
        """The model's folder, as an absolute path, or its name on the hub."""
        ...

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of the model's configuration, tokenizer and weights."""
        ...

    @property
    def layers(self) -> tuple[int, ...]:
        """Which states; see `detectors.hidden_states.HiddenStates`."""
        ...

    @property
    def stride(self) -> int:
        """Tokens: half a window."""
        ...

    def encode(self, text: str) -> Encoding:
        """Cut a text into the model's tokens."""
        ...

    def read(self, texts: Sequence[str]) -> Iterator[Piece]:
        """Yield the states of all words of all texts, in pieces of any order and bounded size."""
        ...
