"""A lexicon of weighted phrases: the detector that needs no model.

A phrase is words joined by blanks, in lower case, its punctuation included: ``let me check``, ``for example ,``. "So",
"then" and "now" are style where a clause starts and nowhere else, so a phrase may be tied to a place:

- ``^so`` to any start of a clause, that is, to any of the next three;
- ``^.so`` to the start of a sentence: of the text, of a line, or after a sentence's last sign;
- ``^,so`` to the place after any other sign;
- ``^~so`` to the place right after another phrase.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import ClassVar, Final, Self

from detectors.base import DetectorState
from detectors.cutting import CutText, cut
from detectors.phrases import CHAIN, Openings, PhraseTree, causal_matches, longest_matches, stops_of
from detectors.reasons import Reason
from detectors.spans import Span

LEAST: Final = 1e-9
"""The least threshold that counts: words without any phrase are no style, whatever the threshold."""


class LexiconDetector:
    """Marks the longest weighted phrase at each place of a text.

    With look-ahead, the longest phrase that matches decides: all its words are style when its weight reaches the
    threshold, and a longer phrase of low weight is an exception ("so" 0.9, but "so that" 0.05). Causally, a word is
    style when the longest phrase that leads up to it, read no further than this word, reaches the threshold: a prefix
    that is no phrase itself has the weight of the best phrase it can grow into.

    Parameters
    ----------
    phrases
        Phrase to weight in 0..1, how surely it is style. A leading ``^`` ties it to a place (see the module).
    threshold
        The least weight of a style phrase.
    causal
        Whether a decision reads no word to the right.

    Raises
    ------
    ValueError
        When there are no phrases, a phrase is empty, or a weight or the threshold lies outside 0..1.
    """

    kind: ClassVar[str] = "lexicon"

    def __init__(self, phrases: Mapping[str, float], *, threshold: float = 0.5, causal: bool = False) -> None:
        self._tree = PhraseTree(phrases)
        if not 0 <= threshold <= 1:
            raise ValueError(f"the threshold must lie in 0..1, got {threshold}")
        self.threshold = threshold
        self.causal = causal
        # The longest phrase at a place decides: where none reaches the threshold, none needs to be looked for.
        self._openings = self.openings if causal else self._tree.openings(threshold)
        self._stops = stops_of(self._openings)

    @property
    def phrases(self) -> dict[str, float]:
        """The phrases, as they are matched, and their weights."""
        return self._tree.phrases

    @property
    def context(self) -> int:
        """Words to the left a decision may read: a chain of phrases and the sign before it."""
        return (CHAIN + 1) * self._tree.longest + 1

    @property
    def lookahead(self) -> int:
        """Words to the right a decision may read: none, or the rest of the longest phrase."""
        return 0 if self.causal else self._tree.longest - 1

    def probabilities(self, text: str) -> list[float]:
        """Return for each word of `detectors.spans.words` the weight of the phrase that decides it, 0 without one."""
        found = cut(text)
        weights = self._weights(found)
        return [weights.get(index, 0.0) for index in found.word_items]

    def spans(self, text: str) -> list[Span]:
        """Find the style spans of a text; a span's score is the mean weight of its words' phrases."""
        found = cut(text)
        return found.spans(self._weights(found), max(self.threshold, LEAST))

    def _weights(self, text: CutText) -> dict[int, float]:
        """Weigh items, in order, by the phrase that decides them; an item without one may be missing."""
        if self.causal:
            leading = causal_matches(text.items, self._openings, self.threshold)
            return {index: weight for index, (_, weight) in enumerate(leading)}
        weights: dict[int, float] = {}
        for start, end, weight in longest_matches(text.items, self._openings, self._stops, self.threshold):
            if weight >= self.threshold:
                for index in range(start, end):
                    weights[index] = max(weights.get(index, 0.0), weight)
        return weights

    def reasons(self, text: str) -> list[list[Reason]]:
        """Return for each word the phrases over it, the weightiest first; causally, the one that leads up to it."""
        found = cut(text)
        items, openings = found.items, self.openings
        reasons: list[list[Reason]] = [[] for _ in items]
        if self.causal:
            for index, (start, weight) in enumerate(causal_matches(items, openings, self.threshold)):
                if weight > 0:
                    reasons[index].append(Reason(f"phrase so far = '{' '.join(items[start : index + 1])}'", weight))
        else:
            for start, end, weight in longest_matches(items, openings, stops_of(openings), self.threshold):
                for index in range(start, end):
                    reasons[index].append(Reason(f"phrase = '{' '.join(items[start:end])}'", weight))
        return [sorted(reasons[index], key=lambda reason: -reason.weight) for index in found.word_items]

    @cached_property
    def openings(self) -> Openings:
        """Where phrases may begin, whatever their weight."""
        return self._tree.openings()

    def settled(self, text: str) -> int:
        """Count the characters before the first word at which a phrase may have begun that is not at its end yet.

        Few words begin a long phrase, so most are settled as soon as they are there, whatever the look-ahead.
        """
        if self.causal:
            return len(text)
        found = cut(text)
        first = self._tree.unfinished(found.items)
        return found.start(first) if first < len(found.items) - 1 else len(text)

    def state(self) -> DetectorState:
        """Return the phrases, the threshold and the mode."""
        return DetectorState({"phrases": self.phrases, "threshold": self.threshold, "causal": self.causal})

    @classmethod
    def from_state(cls, state: DetectorState) -> Self:
        """Make the lexicon that `state` describes."""
        settings = state.settings
        return cls(settings["phrases"], threshold=settings["threshold"], causal=settings["causal"])
