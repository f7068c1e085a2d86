"""A causal lexicon, word by word."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from detectors.cutting import CutText, cut
from detectors.graphemes import may_be_parted
from detectors.lexicon import LEAST, LexiconDetector
from detectors.phrases import Node, Openings, grow
from detectors.places import LINE_FEED, PLACE_AFTER, SENTENCE, normalise
from detectors.spans import is_ideograph
from detectors.tokens.growth import Beginnings, is_led

_OPEN = frozenset(("'", LINE_FEED))
_NEAR = 64


@dataclass(frozen=True, slots=True)
class Live:
    """What a lexicon knows of the words before.

    Attributes
    ----------
    matches
        Phrases that may go on, the longest so far first, and how many more may be chained.
    place
        The place that the word before makes; empty after a word that makes none.
    """

    matches: tuple[tuple[Node, int], ...] = ()
    place: str = ""


class LexiconReader:
    """Reads words as a causal `LexiconDetector` does.

    Parameters
    ----------
    detector
        The lexicon.
    growing
        What its words look like before they are whole.

    Raises
    ------
    ValueError
        When the lexicon is not causal.
    """

    def __init__(self, detector: LexiconDetector, growing: Beginnings) -> None:
        if not detector.causal:
            raise ValueError("a lexicon with look-ahead cannot be read word by word")
        self._openings = detector.openings
        # A word without a phrase is no style, whatever the threshold: as `LexiconDetector.spans` has it.
        self.threshold = max(detector.threshold, LEAST)
        self._least = detector.threshold
        self.start = Live(place=SENTENCE)
        self._growing = growing
        self._beginnings = {word[:end] for word, _ in _nodes(self._openings) for end in range(1, len(word) + 1)}
        self._other = "q"
        while self._other in self._beginnings:
            self._other += "q"
        self._known = frozenset(word for word, _ in _nodes(self._openings)) | PLACE_AFTER.keys()

    def read(self, context: Live, gap: str, word: str) -> tuple[float, Live]:
        """See `WordReader.read`."""
        place, live = (SENTENCE, ()) if LINE_FEED in gap else (context.place, context.matches)
        item = normalise(word)
        grown = grow(item, [(node, left, 0) for node, left in live], place, 0, self._openings)
        matches = tuple((node, left) for node, left, _ in grown if node.promise >= self._least)
        return grown[0][0].promise if grown else 0.0, Live(matches, PLACE_AFTER.get(item, ""))

    def pass_over(self, context: Live, gap: str, word: str) -> Live:
        """See `WordReader.pass_over`."""
        return self.read(context, gap, word)[1]

    def skim(self, text: str) -> tuple[Live, str]:
        """See `WordReader.skim`."""
        start = _near_end(text)
        found = cut(text[start:] if start else text)
        items = found.items
        first = _first_open(found)
        # After a word that is none of the lexicon's it is all the same what stood before.
        begin = next((index + 1 for index in range(first - 1, -1, -1) if items[index] not in self._known), 0)
        if begin == 0 and start:
            return self._read_up_to(*_cut_whole(text))
        return self._read_up_to(found, begin, first)

    def _read_up_to(self, found: CutText, begin: int, first: int) -> tuple[Live, str]:
        """Read the items from `begin` to `first`; return the context after them, and the text from there."""
        context = Live() if begin else self.start
        for item in found.items[begin:first]:
            context = self.start if item == LINE_FEED else self.read(context, "", item)[1]
        return context, "".join(found.pieces[2 * first :])

    def may_grow(self, context: Live, gap: str, text: str) -> bool:
        """See `WordReader.may_grow`."""
        grown = self._growing.get((is_led(gap), text), ())
        return any(self.read(context, gap, word)[0] >= self.threshold for word in grown)

    def simplify(self, context: Live, gap: str, word: str) -> tuple[Live, str, str]:
        """See `WordReader.simplify`; a word that begins none of the lexicon's is as good as any other."""
        if normalise(word) not in self._beginnings:
            return Live(), "", self._alike(word)
        if LINE_FEED in gap and gap.isspace():
            return self.start, "" if gap[-1] == LINE_FEED else " ", word
        return context, gap, word

    def _alike(self, word: str) -> str:
        """Return the one word that stands for all that begin none of the lexicon's and go on with the same letters."""
        if may_be_parted(word) or "Σ" in word:
            return word
        if word.isalnum() and not is_ideograph(word):
            return self._other
        if word[0].isalnum() and word.isascii():
            return f"{self._other}'{self._other}" if "'" in word else self._other
        return word


def _near_end(text: str) -> int:
    """Return a place near the end of a text where a word begins after a blank; 0 where there is none so simple."""
    place = text.find(" ", max(len(text) - _NEAR, 0)) + 1
    return place if 0 < place < len(text) and text[place].isascii() and text[place].isalnum() else 0


def _cut_whole(text: str) -> tuple[CutText, int, int]:
    found = cut(text)
    return found, 0, _first_open(found)


def _first_open(found: CutText) -> int:
    """Return the first of the items at the end of a text that are left to be judged with what follows."""
    count = len(found.items) - 1
    simple = count > 0 and found.items[count - 1] not in _OPEN and not found.pieces[-1]
    return max(count - (1 if simple else 3), 0)


def spelled(detector: LexiconDetector) -> set[str]:
    """Return the words of a lexicon that can be style, as phrases spell them."""
    return {word for word, node in _nodes(detector.openings) if node.promise >= detector.threshold}


def _nodes(openings: Openings) -> Iterator[tuple[str, Node]]:
    yield from _below((word, node) for begun in openings.values() for word, found in begun.items() for node, _ in found)


def _below(nodes: Iterable[tuple[str, Node]]) -> Iterator[tuple[str, Node]]:
    for word, node in nodes:
        yield word, node
        yield from _below(node.children.items())
