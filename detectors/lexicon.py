"""A lexicon of weighted phrases: the detector that needs no model.

A phrase is words joined by blanks, in lower case, its punctuation included: ``let me check``, ``for example ,``. "So",
"then" and "now" are style where a clause starts and nowhere else, so a phrase may be tied to a place:

- ``^so`` to any start of a clause, that is, to any of the next three;
- ``^.so`` to the start of a sentence: of the text, of a line, or after a sentence's last sign;
- ``^,so`` to the place after any other sign;
- ``^~so`` to the place right after another phrase.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import ClassVar, Final, Self

from detectors.base import DetectorState
from detectors.reasons import Reason
from detectors.spans import SENTENCE_ENDS, Span, Word, from_words, words

CLAUSE_START: Final = "^"
SENTENCE, SIGN, PHRASE = "^.", "^,", "^~"
"""The three places a phrase can be tied to, as a phrase names them."""

CLAUSE_MARKS = frozenset('.!?…:;,()[]{}"“”*#-—–>→|…。！？：；，、')
_PLACE_AFTER = dict.fromkeys(CLAUSE_MARKS, SIGN) | dict.fromkeys(SENTENCE_ENDS, SENTENCE)
_TIE = re.compile(r"\^(?:[.,~](?=\S))?(?=.)")
_CHAIN = 4
_UNSET = -1.0


@lru_cache(maxsize=1 << 16)
def normalise(text: str) -> str:
    """Return a word as phrases spell it: in lower case, with straight apostrophes."""
    return text.lower().replace("’", "'")


def place_of(previous: str | None, *, new_line: bool) -> str:
    """Name the place after a sign: `SENTENCE`, `SIGN`, or nothing after another word.

    Parameters
    ----------
    previous
        The word before, as phrases spell it; None at the start of the text.
    new_line
        Whether a line starts here.
    """
    return SENTENCE if new_line or previous is None else _PLACE_AFTER.get(previous, "")


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
        if not phrases:
            raise ValueError("a lexicon needs at least one phrase")
        if not 0 <= threshold <= 1:
            raise ValueError(f"the threshold must lie in 0..1, got {threshold}")
        self.threshold = threshold
        self.causal = causal
        self.phrases: dict[str, float] = {}
        self._roots = {place: _Node() for place in (SENTENCE, SIGN, PHRASE, CLAUSE_START, "")}
        self._longest = 0
        for phrase, weight in phrases.items():
            tie = match.group() if (match := _TIE.match(phrase)) else ""
            self._add([normalise(word.text) for word in words(phrase[len(tie) :])], float(weight), tie)
        self._starts = self._ordered_roots()
        self._openings = [root.children for root in self._roots.values() if root.children]

    def _add(self, spelled: Sequence[str], weight: float, tie: str) -> None:
        phrase = tie + " ".join(spelled)
        if not spelled:
            raise ValueError("a phrase has no words")
        if not 0 <= weight <= 1:
            raise ValueError(f"the weight of {phrase!r} must lie in 0..1, got {weight}")
        self.phrases[phrase] = weight
        self._longest = max(self._longest, len(spelled))
        node = self._roots[tie]
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

    def probabilities(self, text: str) -> list[float]:
        """Return for each word of `detectors.spans.words` the weight of the phrase that decides it, 0 without one."""
        return self._read(text, words(text))

    def spans(self, text: str) -> list[Span]:
        """Find the style spans of a text; a span's score is the mean weight of its words' phrases."""
        parts = words(text)
        return from_words(text, parts, self._read(text, parts), max(self.threshold, 1e-9))

    def _read(self, text: str, parts: list[Word]) -> list[float]:
        return self._causal_scores(text, parts) if self.causal else self._scores(text, parts)

    def _scores(self, text: str, parts: list[Word]) -> list[float]:
        """Weigh each word by the best phrase over it, 0 where there is none."""
        scores = [0.0] * len(parts)
        for start, end, weight in self._matches(text, parts):
            if weight >= self.threshold:
                for position in range(start, end):
                    scores[position] = max(scores[position], weight)
        return scores

    def _matches(self, text: str, parts: list[Word]) -> Iterator[tuple[int, int, float]]:
        """Yield the longest phrase at each place that has one: its first word, the word it stops before, its weight."""
        spelled = [normalise(word.text) for word in parts]
        breaks = line_starts(text, parts)
        count = len(parts)
        chain = [0] * (count + 1)
        threshold = self.threshold
        roots = self._starts
        for index, word in enumerate(spelled):
            place = place_of(spelled[index - 1] if index else None, new_line=index in breaks)
            left = _CHAIN if place else chain[index]
            end, weight, tied = index, _UNSET, False
            for root, is_tied in roots[place or (PHRASE if left else "")]:
                step, position = root.get(word), index
                while step is not None:
                    position += 1
                    if step.weight >= 0 and position > end:
                        end, weight, tied = position, step.weight, is_tied
                    if position == count or position in breaks:
                        break
                    step = step.children.get(spelled[position])
            if weight >= 0:
                yield index, end, weight
            if weight >= threshold:
                chain[end] = max(chain[end], (left if tied else _CHAIN) - 1)

    def _causal_scores(self, text: str, parts: list[Word]) -> list[float]:
        """Weigh each word by the longest phrase that leads up to it."""
        return [weight for _, weight in self._causal_matches(text, parts)]

    def _causal_matches(self, text: str, parts: list[Word]) -> Iterator[tuple[int, float]]:
        """Yield for each word the first word of the longest phrase that leads up to it, and what that is worth."""
        breaks = line_starts(text, parts)
        roots = self._starts
        live: list[tuple[_Node, int, int]] = []
        previous: str | None = None
        for index, part in enumerate(parts):
            word = normalise(part.text)
            broken = index in breaks
            place = place_of(previous, new_line=broken)
            chain = _CHAIN if place else max((left - 1 for _, left, _ in live), default=0)
            going_on = [] if broken else live
            grown = [(step, left, start) for node, left, start in going_on if (step := node.children.get(word))]
            for root, is_tied in roots[place or (PHRASE if chain else "")]:
                if node := root.get(word):
                    grown.append((node, chain if is_tied else _CHAIN, index))
            yield (grown[0][2], grown[0][0].promise) if grown else (index, 0.0)
            live = [match for match in grown if match[0].promise >= self.threshold]
            previous = word

    def reasons(self, text: str) -> list[list[Reason]]:
        """Return for each word the phrases over it, the weightiest first; causally, the one that leads up to it."""
        parts = words(text)
        spelled = [normalise(word.text) for word in parts]
        found: list[list[Reason]] = [[] for _ in parts]
        if self.causal:
            for index, (start, weight) in enumerate(self._causal_matches(text, parts)):
                if weight > 0:
                    found[index].append(Reason(f"phrase so far = '{' '.join(spelled[start : index + 1])}'", weight))
            return found
        for start, end, weight in self._matches(text, parts):
            for position in range(start, end):
                found[position].append(Reason(f"phrase = '{' '.join(spelled[start:end])}'", weight))
        return [sorted(reasons, key=lambda reason: -reason.weight) for reasons in found]

    def _ordered_roots(self) -> dict[str, list[tuple[dict[str, _Node], bool]]]:
        """Return for each place the phrases that may begin there, and whether they are tied, most tied first."""
        return {
            place: [
                (self._roots[tie].children, tie != "")
                for tie in dict.fromkeys((place, CLAUSE_START if place else "", ""))
                if self._roots[tie].children
            ]
            for place in (SENTENCE, SIGN, PHRASE, "")
        }

    def settled(self, text: str) -> int:
        """Count the characters before the first word at which a phrase may have begun that is not at its end yet.

        Few words begin a long phrase, so most are settled as soon as they are there, whatever the look-ahead.
        """
        if self.causal:
            return len(text)
        parts = words(text)
        spelled = [normalise(word.text) for word in parts]
        breaks = line_starts(text, parts)
        count = len(parts)
        for index in range(max(0, count - self._longest + 1), count):
            for opening in self._openings:
                step = opening.get(spelled[index])
                position = index + 1
                while step is not None and step.children and position < count and position not in breaks:
                    step = step.children.get(spelled[position])
                    position += 1
                if step is not None and step.children and position == count:
                    return parts[index].start
        return len(text)

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
