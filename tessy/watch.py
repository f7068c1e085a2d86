"""Finds the boundary in a draft while it is written, token by token.

After each token the last word *as it stands* is judged in its context. The teacher's draft ends at the first word that
is style; the student's at the first that is not, unless more tokens may make a style word of it: then the next token
decides. A word that was its writer's own and grows into the other kind is a boundary, too. A boundary lies before the
first token of the word, and before blanks in tokens of their own; a token that says the end of one word and the start
of the next is never cut, but thrown away whole. While the text ends with the beginning of ``</think>``, nothing is
decided.
"""

from collections.abc import Sequence
from typing import Any, Protocol, Self

from detectors.base import Detector
from detectors.tokens.compiling import compile_detector
from detectors.tokens.decoding import TokenPieces
from detectors.tokens.scorer import TokenScorer
from detectors.tokens.watch import Watch
from tessy.provenance import describe_detector
from tessy.thinking import CLOSE_TAG

__all__ = ["BoundaryFinder", "TokenVocabulary", "Watch"]


class TokenVocabulary(Protocol):
    """What it takes to compile a detector; `tessy.vocabulary.Vocabulary` is one."""

    @property
    def pieces(self) -> TokenPieces | None:
        """The bytes of each token; None where what a token says depends on what stands around it."""
        ...

    def encode(self, text: str) -> list[int]:
        """Encode text as it would stand in the middle of a text."""
        ...


class BoundaryFinder:
    """One detector compiled for one vocabulary; all traces share it.

    Attributes
    ----------
    fingerprint
        The detector's hash, as `tessy.provenance.describe_detector` gives it.
    """

    def __init__(self, fingerprint: str, scorer: TokenScorer) -> None:
        self.fingerprint = fingerprint
        self._scorer = scorer

    @classmethod
    def compile(cls, detector: Detector, vocabulary: TokenVocabulary) -> Self | None:
        """Compile a detector for a vocabulary; None when it has to see text, or tokens have no bytes of their own."""
        scorer = compile_detector(detector, vocabulary.pieces, vocabulary.encode, CLOSE_TAG)
        return None if scorer is None else cls(describe_detector(detector)["sha256"], scorer)

    def watch(self, before: str, *, writes_style: bool, first_word_is_own: bool = False) -> Watch:
        """Begin to follow a draft.

        Parameters
        ----------
        before
            The last words of the text kept so far: as many as the detector's decisions read.
        writes_style
            True for the student, who owns the style; False for the teacher, who owns the rest.
        first_word_is_own
            Keep the first word whatever its kind is: both models had nothing of their own kind to say, and a trace
            must grow.
        """
        return self._scorer.watch(before, style=writes_style, first_word_is_own=first_word_is_own)

    def push_many(self, watches: Sequence[Watch], tokens: Sequence[int]) -> list[bool]:
        """Push one token into each of several watches of this finder; return what each `push` would."""
        return self._scorer.push_many(watches, tokens)

    def state(self, watch: Watch) -> Any:
        """Return what `push_states` goes on from: where a watch of this finder stands now."""
        return self._scorer.state(watch)

    def push_states(self, states: list[Any], tokens: Sequence[int]) -> tuple[list[Any], list[int]]:
        """Push one token into each of several drafts, none of which is decided; see `TokenScorer.push_states`."""
        return self._scorer.push_states(states, tokens)
