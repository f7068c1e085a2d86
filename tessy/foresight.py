"""Finds the boundary in a draft before its next word is there, by a probe on the states of the engine's own model.

A probe that foresees (`ProbeDetector.foresees`) says of the state at the last token of a word whether the word to come
is style. An engine has that state when it samples the next token. Where the word to come is of the other kind, the
draft ends before the token that begins it, or before a blank that is a token of its own: it belongs to the word.

Nothing is decided inside a word, nor while the text may go on to ``</think>``. Of a token of several words, the first
decides. Line breaks say nothing: the state of the word before them holds. The first word of a draft is judged by the
state of the last token of the context, whatever that is; the first word of all by a mean state, as in a text.
"""

from typing import Final, Self

from detectors.base import Detector
from detectors.probe import ProbeDetector
from detectors.spans import words
from detectors.tokens.decoding import PieceDecoder, TokenPieces
from detectors.tokens.tail import begun_at_end
from tessy.engines.base import StopRule
from tessy.provenance import describe_detector
from tessy.thinking import CLOSE_TAG
from tessy.watch import TokenVocabulary

_TAIL: Final = 96
"""Characters that tell whether a token goes on with a word."""


class Foresight:
    """One probe for one vocabulary; all traces share it.

    Parameters
    ----------
    probe
        One that foresees.
    pieces
        Token id -> bytes.

    Attributes
    ----------
    fingerprint
        The probe's hash, as `tessy.provenance.describe_detector` gives it.
    """

    def __init__(self, probe: ProbeDetector, pieces: TokenPieces) -> None:
        self.fingerprint: str = describe_detector(probe)["sha256"]
        self.probe = probe
        self._least = probe.calibration.least_log_odds(probe.threshold)
        self._pieces = pieces
        self._decode = PieceDecoder(pieces.escapes)

    @classmethod
    def compile(cls, detector: Detector | None, vocabulary: TokenVocabulary) -> Self | None:
        """Take up a detector; None for one that does not foresee, or where tokens have no bytes of their own."""
        pieces = vocabulary.pieces
        if pieces is None or not isinstance(detector, ProbeDetector) or not detector.foresees:
            return None
        return cls(detector, pieces)

    def is_style(self, projected: float | None) -> bool:
        """Tell whether the word to come is style.

        Parameters
        ----------
        projected
            The last state times the weights; None for a mean state.
        """
        probe = self.probe
        above_mean = 0.0 if projected is None else projected - float(probe.centres[0])
        return bool(probe.bias + above_mean >= self._least)

    def decode(self, pending: bytes, token: int) -> tuple[str, bytes]:
        """Return the characters that are complete after a token, and the bytes of what is not (see `PieceDecoder`)."""
        return self._decode(pending, self._pieces[token])

    def watch(self, rule: StopRule) -> "Outlook":
        """Begin to follow a draft; the tokens that stand open already were judged before."""
        outlook = Outlook(self, rule)
        for token in rule.open_ids:
            outlook.push(token)
        return outlook


class Outlook:
    """Follows one draft: what is foreseen, and the token that came, in turn.

    Parameters
    ----------
    foresight
        The probe.
    rule
        Whose draft it is, and what stands before it.

    Attributes
    ----------
    ended
        Whether the mark that ends the thinking was written as text.
    """

    __slots__ = ("_before", "_begun", "_foresight", "_holds", "_is_other", "_pending", "_rule", "_said", "ended")

    def __init__(self, foresight: Foresight, rule: StopRule) -> None:
        self._foresight, self._rule = foresight, rule
        self._before, self._said, self._pending = rule.before[-_TAIL:], "", b""
        # Whether a word of the draft has begun.
        self._begun = False
        # Whether the word to come is of the other kind, where that is known.
        self._is_other: bool | None = None
        # Whether that was said by the state of the last word, and holds whatever the states of blanks after it say.
        self._holds = not rule.before.strip()
        self.ended = False
        if self._holds:
            self._judge(None)

    def foresee(self, projected: float) -> None:
        """Take note of the last token's state times the weights."""
        if not self._holds:
            self._judge(projected)

    def _judge(self, projected: float | None) -> None:
        self._is_other = self._foresight.is_style(projected) is not self._rule.writes_style

    def push(self, token: int) -> bool:
        """Add the token that came then; return whether it stands after the boundary, or ends the thinking.

        A token after the boundary is none of the draft's; one that ends the thinking is.
        """
        text, pending = self._foresight.decode(self._pending, token)
        if self._is_other and not self._pending and self._stands_apart(text):
            return True
        says = bool(text.strip() or pending)
        self._begun |= says
        self._holds = not says and self._is_other is not None
        self._said, self._pending = (self._said + text)[-_TAIL:], pending
        self.ended |= CLOSE_TAG in self._said
        return self.ended

    def _stands_apart(self, text: str) -> bool:
        """Tell whether a boundary may stand before a token of this text."""
        if not self._begun and self._rule.first_word_is_own:
            return False
        if not text.strip():
            return text != "" and not text.strip(" \t")
        tail = (self._before + self._said)[-_TAIL:]
        if tail[-1:].isalnum() and text[0] in "'’":
            return False
        if any(word.start < len(tail) < word.end for word in words(tail + text)):
            return False
        may_end = self._said[-len(CLOSE_TAG) :] + text
        return CLOSE_TAG not in may_end and not begun_at_end(may_end, CLOSE_TAG)
