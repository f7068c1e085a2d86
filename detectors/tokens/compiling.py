"""Detectors -> what judges tokens of one vocabulary."""

from collections.abc import Callable

from detectors.base import Detector
from detectors.lexicon import LexiconDetector
from detectors.logistic import LogisticDetector
from detectors.tokens.decoding import TokenPieces
from detectors.tokens.growth import beginnings
from detectors.tokens.lexicon import LexiconReader, spelled
from detectors.tokens.lexicon_scorer import LexiconScorer
from detectors.tokens.scorer import TokenScorer


def compile_detector(
    detector: Detector, pieces: TokenPieces | None, encode: Callable[[str], list[int]], end_text: str = ""
) -> TokenScorer | None:
    """Compile a causal detector for a vocabulary.

    Parameters
    ----------
    detector
        Any; only causal lexicons and logistic detectors can be compiled.
    pieces
        Token id -> bytes; None for a vocabulary in which tokens have no bytes of their own.
    encode
        Text -> token ids, as in the middle of a text.
    end_text
        What ends a text when it is written, such as ``</think>``. While its beginning stands at the end of a text,
        nothing is decided.

    Returns
    -------
    TokenScorer or None
        None when this detector cannot judge tokens, or those of this vocabulary.
    """
    if pieces is None:
        return None
    if isinstance(detector, LexiconDetector) and detector.causal:
        return LexiconScorer(LexiconReader(detector, beginnings(spelled(detector), pieces, encode)), pieces, end_text)
    if isinstance(detector, LogisticDetector) and detector.lookahead == 0:
        from detectors.tokens.logistic_scorer import LogisticScorer

        return LogisticScorer(detector, beginnings(sorted(detector.familiar), pieces, encode), pieces, end_text)
    return None
