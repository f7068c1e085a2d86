"""What every detector can do and say of itself."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice, tee
from pathlib import Path
from typing import Any, ClassVar, Protocol, Self, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from detectors.spans import Span, from_words, words

BATCH = 32
"""Texts that a detector on a language model reads at once."""

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
    checkpoint
        A Hugging Face folder that belongs to the detector; None for one that is all settings and arrays.
    """

    settings: Mapping[str, Any]
    arrays: Arrays = field(default_factory=dict)
    checkpoint: Path | None = None


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

    @property
    def threshold(self) -> float:
        """The least probability of a style word."""
        ...

    def probabilities(self, text: str) -> list[float]:
        """Return for each word of `detectors.spans.words` how likely it is style, in 0..1."""
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


@runtime_checkable
class BatchDetector(Detector, Protocol):
    """A detector that reads many texts at once faster than one by one."""

    def probabilities_many(self, texts: Sequence[str]) -> list[list[float]]:
        """Return what `probabilities` says of each text."""
        ...


def probabilities_of(detector: Detector, texts: Iterable[str]) -> Iterator[list[float]]:
    """Yield for each text how likely its words are style, reading `BATCH` texts at once where the detector can."""
    if not isinstance(detector, BatchDetector):
        yield from map(detector.probabilities, texts)
        return
    remaining = iter(texts)
    while batch := list(islice(remaining, BATCH)):
        yield from detector.probabilities_many(batch)


def spans_of(detector: Detector, texts: Iterable[str]) -> Iterator[list[Span]]:
    """Yield for each text its style spans, reading `BATCH` texts at once where the detector can."""
    if not isinstance(detector, BatchDetector):
        yield from map(detector.spans, texts)
        return
    texts, same = tee(texts)
    for text, probabilities in zip(texts, probabilities_of(detector, same), strict=True):
        yield from_words(text, words(text), probabilities, detector.threshold)
