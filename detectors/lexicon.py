"""A lexicon of weighted phrases: the detector that needs no model.

A phrase is words joined by blanks, in lower case, its punctuation included: ``let me check``, ``for example ,``. One
that begins with ``^`` holds only at the start of a clause, since "so", "then" and "now" are style there and nowhere
else: at the start of the text or of a line, after punctuation, or right after another phrase.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Self

from detectors.base import DetectorState
from detectors.spans import Span, Word, from_words, words

CLAUSE_START = "^"
CLAUSE_MARKS = frozenset('.!?…:;,()[]{}"“”*#-—–>→|…。！？：；，、')
_CHAIN = 4
_UNSET = -1.0


def normalise(text: str) -> str:
    """Return a word as phrases spell it: in lower case, with straight apostrophes."""
    return text.lower().replace("’", "'")


@dataclass(slots=True)
class _Node:
    """Phrases with one beginning: `weight` is that of the phrase ending here, `ahead` the best of all beyond."""

    weight: float = _UNSET
    ahead: float = _UNSET
    children: dict[str, "_Node"] = field(default_factory=dict)

    @property
    def promise(self) -> float:
        """What the words so far are worth while nothing beyond them is known."""
        return self.weight if self.weight >= 0 else self.ahead


class LexiconDetector:
    """Marks the longest weighted phrase at each place of a text.

    With look-ahead, the longest phrase that matches decides: all its words are style when its weight reaches the
    threshold, and a longer phrase of low weight is an exception ("so" 0.9, but "so that" 0.05). Causally, a word is
    style when the longest phrase that leads up to it, read no further than this word, reaches the threshold: a prefix
    that is no phrase itself has the weight of the best phrase it can grow into.

    Parameters
    ----------
    phrases
        Phrase to weight in 0..1, how surely it is style. A leading ``^`` ties it to the start of a clause.
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
        if not phrases:
            raise ValueError("a lexicon needs at least one phrase")
        if not 0 <= threshold <= 1:
            raise ValueError(f"the threshold must lie in 0..1, got {threshold}")
        self.threshold = threshold
        self.causal = causal
        self.phrases: dict[str, float] = {}
        self._at_start, self._anywhere = _Node(), _Node()
        self._longest = 0
        for phrase, weight in phrases.items():
            tied = phrase.startswith(CLAUSE_START) and len(phrase) > 1
            spelled = [normalise(word.text) for word in words(phrase[1:] if tied else phrase)]
            self._add(spelled, float(weight), tied=tied)

    def _add(self, spelled: Sequence[str], weight: float, *, tied: bool) -> None:
        phrase = (CLAUSE_START if tied else "") + " ".join(spelled)
        if not spelled:
            raise ValueError("a phrase has no words")
        if not 0 <= weight <= 1:
            raise ValueError(f"the weight of {phrase!r} must lie in 0..1, got {weight}")
        self.phrases[phrase] = weight
        self._longest = max(self._longest, len(spelled))
        node = self._at_start if tied else self._anywhere
        for word in spelled:
            node = node.children.setdefault(word, _Node())
            node.ahead = max(node.ahead, weight)
        node.weight = weight

    @property
    def context(self) -> int:
        """Words to the left a decision may read: a chain of phrases and the sign before it."""
        return (_CHAIN + 1) * self._longest + 1

    @property
    def lookahead(self) -> int:
        """Words to the right a decision may read: none, or the rest of the longest phrase."""
        return 0 if self.causal else self._longest - 1

    def spans(self, text: str) -> list[Span]:
        """Find the style spans of a text; a span's score is the mean weight of its words' phrases."""
        parts = words(text)
        scores = self._causal_scores(text, parts) if self.causal else self._scores(text, parts)
        return from_words(text, parts, scores, max(self.threshold, 1e-9))

    def _scores(self, text: str, parts: list[Word]) -> list[float]:
        """Weigh each word by the best phrase over it, 0 where there is none."""
        spelled = [normalise(word.text) for word in parts]
        breaks = line_starts(text, parts)
        count = len(parts)
        scores = [0.0] * count
        chain = [0] * (count + 1)
        threshold = self.threshold
        at_start, anywhere = self._at_start.children, self._anywhere.children
        for index, word in enumerate(spelled):
            left = _CHAIN if index == 0 or index in breaks or spelled[index - 1] in CLAUSE_MARKS else chain[index]
            end, weight, tied = index, _UNSET, False
            for root in (at_start, anywhere) if left else (anywhere,):
                step, position = root.get(word), index
                while step is not None:
                    position += 1
                    if step.weight >= 0 and position > end:
                        end, weight, tied = position, step.weight, root is at_start
                    if position == count or position in breaks:
                        break
                    step = step.children.get(spelled[position])
            if weight >= threshold:
                for position in range(index, end):
                    scores[position] = max(scores[position], weight)
                chain[end] = max(chain[end], (left if tied else _CHAIN) - 1)
        return scores

    def _causal_scores(self, text: str, parts: list[Word]) -> list[float]:
        """Weigh each word by the longest phrase that leads up to it."""
        breaks = line_starts(text, parts)
        at_start, anywhere = self._at_start.children, self._anywhere.children
        scores: list[float] = []
        live: list[tuple[_Node, int]] = []
        previous = ""
        for index, part in enumerate(parts):
            word = normalise(part.text)
            broken = index == 0 or index in breaks
            chain = _CHAIN if broken or previous in CLAUSE_MARKS else max((left - 1 for _, left in live), default=0)
            grown = [] if broken else [(next_, left) for node, left in live if (next_ := node.children.get(word))]
            if chain and (node := at_start.get(word)):
                grown.append((node, chain))
            if node := anywhere.get(word):
                grown.append((node, _CHAIN))
            scores.append(grown[0][0].promise if grown else 0.0)
            live = [(node, left) for node, left in grown if node.promise >= self.threshold]
            previous = word
        return scores

    def state(self) -> DetectorState:
        """Return the phrases, the threshold and the mode."""
        return DetectorState({"phrases": self.phrases, "threshold": self.threshold, "causal": self.causal})

    @classmethod
    def from_state(cls, state: DetectorState) -> Self:
        """Make the lexicon that `state` describes."""
        settings = state.settings
        return cls(settings["phrases"], threshold=settings["threshold"], causal=settings["causal"])


def line_starts(text: str, parts: Sequence[Word]) -> set[int]:
    """Return the indices of the words that begin a line; the first word of the text is not among them."""
    if "\n" not in text:
        return set()
    return {
        index
        for index in range(1, len(parts))
        if parts[index - 1].end != parts[index].start and "\n" in text[parts[index - 1].end : parts[index].start]
    }
