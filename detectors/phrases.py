"""Weighted phrases in a tree of their words, and where they match the words and line feeds of a text.

Items are those of `detectors.cutting`: words as phrases spell them, line feeds, and a line feed at the end. Since no
phrase holds a line feed, none goes over one, nor over the end of the text.
"""

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from detectors.places import CLAUSE_START, PHRASE, PLACE_AFTER, SENTENCE, SIGN, normalise
from detectors.spans import words

CHAIN: Final = 4
"""Phrases in a row that may each be tied to the one before."""

_TIE = re.compile(r"\^(?:[.,~](?=\S))?(?=.)")
_UNSET = -1.0


@dataclass(slots=True, eq=False)
class Node:
    """Phrases with one beginning: `weight` is that of the phrase ending here, `ahead` the best of all beyond."""

    weight: float = _UNSET
    ahead: float = _UNSET
    children: dict[str, "Node"] = field(default_factory=dict)

    @property
    def promise(self) -> float:
        """What the words so far are worth while nothing beyond them is known."""
        return self.weight if self.weight >= 0 else self.ahead


Openings = dict[str, dict[str, list[tuple[Node, bool]]]]
"""For each place the words that begin a phrase there: its nodes, and whether they are tied, most tied first."""

Match = tuple[Node, int, int]
"""Phrases that may go on: where their words so far end, how many more may be chained, and their first item."""


class PhraseTree:
    """Phrases by the place they are tied to and by their words.

    Parameters
    ----------
    phrases
        Phrase to weight in 0..1.

    Raises
    ------
    ValueError
        When there are no phrases, a phrase is empty, or a weight lies outside 0..1.
    """

    def __init__(self, phrases: Mapping[str, float]) -> None:
        if not phrases:
            raise ValueError("a lexicon needs at least one phrase")
        self.phrases: dict[str, float] = {}
        self.longest = 0
        self.roots = {tie: Node() for tie in (SENTENCE, SIGN, PHRASE, CLAUSE_START, "")}
        for phrase, weight in phrases.items():
            tie = match.group() if (match := _TIE.match(phrase)) else ""
            self._add([normalise(word.text) for word in words(phrase[len(tie) :])], float(weight), tie)

    def _add(self, spelled: Sequence[str], weight: float, tie: str) -> None:
        phrase = tie + " ".join(spelled)
        if not spelled:
            raise ValueError("a phrase has no words")
        if not 0 <= weight <= 1:
            raise ValueError(f"the weight of {phrase!r} must lie in 0..1, got {weight}")
        self.phrases[phrase] = weight
        self.longest = max(self.longest, len(spelled))
        node = self.roots[tie]
        for word in spelled:
            node = node.children.setdefault(word, Node())
            node.ahead = max(node.ahead, weight)
        node.weight = weight

    def openings(self, least: float = 0.0) -> Openings:
        """Return the words that begin a phrase of at least this weight, and all phrases they begin."""
        found: Openings = {}
        for place in (SENTENCE, SIGN, PHRASE, ""):
            found[place] = {}
            for tie in dict.fromkeys((place, CLAUSE_START if place else "", "")):
                for word, node in self.roots[tie].children.items():
                    found[place].setdefault(word, []).append((node, tie != ""))
        return {
            place: {word: nodes for word, nodes in by_word.items() if max(node.ahead for node, _ in nodes) >= least}
            for place, by_word in found.items()
        }

    def unfinished(self, items: Sequence[str]) -> int:
        """Return the first item at which a phrase may have begun that can go on beyond the text, or the last item."""
        count = len(items) - 1
        for index in range(max(0, count - self.longest + 1), count):
            for root in self.roots.values():
                node = root.children.get(items[index])
                position = index + 1
                while node is not None and position < count:
                    node = node.children.get(items[position])
                    position += 1
                if node is not None and node.children:
                    return index
        return count


def longest_matches(
    items: Sequence[str], openings: Openings, stops: Container[str], threshold: float
) -> Iterator[tuple[int, int, float]]:
    """Yield the longest phrase at each place that has one: its first item, the item it stops before, its weight.

    Parameters
    ----------
    items
        The items of a text.
    openings
        Where phrases may begin.
    stops
        What makes a place, and what begins a phrase anywhere (`stops_of`): all other items are passed over unseen.
    threshold
        The least weight of a phrase that another may be tied to.
    """
    visit = bytearray(map(stops.__contains__, items))
    visit[0] = True
    chain: dict[int, int] = {}
    index, end_of_text = 0, len(items) - 1
    while index < end_of_text:
        item = items[index]
        # Before the first item stands, as Python counts, the last: a line feed, after which a sentence starts.
        place = PLACE_AFTER.get(items[index - 1])
        left = CHAIN if place else chain.get(index, 0)
        nodes = openings[place or (PHRASE if left else "")].get(item)
        if nodes:
            end, weight, tied = _longest(items, index, nodes)
            if weight >= threshold:
                visit[end] = True
                chain[end] = max(chain.get(end, 0), (left if tied else CHAIN) - 1)
            if weight >= 0:
                yield index, end, weight
        if item in PLACE_AFTER:
            visit[index + 1] = True
        index = visit.find(True, index + 1)


def stops_of(openings: Openings) -> frozenset[str]:
    """Return the items at or after which a phrase may begin whatever stands before them."""
    return frozenset(openings[""]) | PLACE_AFTER.keys()


def _longest(items: Sequence[str], start: int, nodes: Sequence[tuple[Node, bool]]) -> tuple[int, float, bool]:
    """Return where the longest phrase that begins at `start` ends, its weight (-1 without one), whether it is tied."""
    end, weight, tied = start, _UNSET, False
    for opening, is_tied in nodes:
        node: Node | None = opening
        position = start
        while node is not None:
            position += 1
            if node.weight >= 0 and position > end:
                end, weight, tied = position, node.weight, is_tied
            node = node.children.get(items[position])
    return end, weight, tied


def causal_matches(items: Sequence[str], openings: Openings, threshold: float) -> Iterator[tuple[int, float]]:
    """Yield for each item the first item of the longest phrase that leads up to it, and what that is worth."""
    live: list[Match] = []
    for index, item in enumerate(items):
        grown = grow(item, live, PLACE_AFTER.get(items[index - 1]), index, openings)
        yield (grown[0][2], grown[0][0].promise) if grown else (index, 0.0)
        live = [match for match in grown if match[0].promise >= threshold]


def grow(item: str, live: Iterable[Match], place: str | None, index: int, openings: Openings) -> list[Match]:
    """Return the matches that an item goes on with and begins, the longest first.

    Parameters
    ----------
    item
        The item.
    live
        The matches that reach the threshold before it.
    place
        The place it stands at, if the item before makes one.
    index
        Its index.
    openings
        Where phrases may begin.
    """
    grown: list[Match] = []
    chain = CHAIN if place else 0
    for node, left, start in live:
        if not place and left > chain:
            chain = left - 1
        if step := node.children.get(item):
            grown.append((step, left, start))
    for node, is_tied in openings[place or (PHRASE if chain else "")].get(item, ()):
        grown.append((node, chain if is_tied else CHAIN, index))
    return grown
