"""Words as the rows of a table: what the features of `detectors.templates` read of each, and what each grows into."""

from collections.abc import Set as AbstractSet
from typing import Final

import numpy as np
from numpy.typing import NDArray

from detectors.reading import codes_of, shape_of
from detectors.tokens.growth import Beginnings
from detectors.tokens.layout import COUNTED, ENDS_CLAUSE, ENDS_SENTENCE, FIELD, GROWS, GROWS_LED, HAS_APOSTROPHE, Words
from detectors.tokens.step import find

LARGEST: Final = 1 << 16
"""Words a table remembers before it begins anew."""

_NAME_SHAPES = {"X", "A", "m"}
_SIGNS = {"*": "*", '"': '"“”', "`": "`", "$": "$", "(": "([{“", ")": ")]}”"}


class Lexemes:
    """Words seen so far.

    Parameters
    ----------
    familiar
        Words that are not foreign to narration, in lower case.
    growing
        What style words look like before they are whole.

    Attributes
    ----------
    texts
        The words. Their numbers, which are their places here, stay valid until `clear`.
    words
        The same for compiled code; another one when words are added.
    """

    texts: list[str]
    words: Words

    def __init__(self, familiar: AbstractSet[str], growing: Beginnings) -> None:
        self._familiar, self._growing = familiar, growing
        self.clear()

    def __getitem__(self, word: str) -> int:
        """Return the number of a word."""
        number = self._numbers.get(word)
        return self._add(word) if number is None else number

    def join(self, number: int, part: int) -> None:
        """Note what a word becomes when a part is added, both as numbers."""
        joined = self[self.texts[number] + self.texts[part]]
        place = find(self.words.joins, number, part)
        if self.words.joins[place, 0] < 0:
            self.words.joins[place] = number << 32 | part, joined
            self._joins += 1
            if self._joins > len(self.words.joins) // 2:
                self.words = self.words._replace(joins=_widen(self.words.joins))

    @property
    def is_full(self) -> bool:
        """Whether the table should be cleared."""
        return len(self.texts) >= LARGEST

    def clear(self) -> None:
        """Forget all words."""
        self._numbers: dict[str, int] = {}
        self.texts, self._joins = [], 0
        self.words = Words(np.zeros((1024, 8), dtype=np.uint64), np.full((1024, 2), -1))

    def _add(self, word: str) -> int:
        number = self._numbers[word] = len(self.texts)
        self.texts.append(word)
        if number == len(self.words.codes):
            codes = np.concatenate([self.words.codes, np.zeros_like(self.words.codes)])
            self.words = self.words._replace(codes=codes)
        code, shape, stem, ending, ends_clause, ends_sentence, spelled = codes_of(word)
        kind = shape_of(word)
        counted = {
            "number": kind == "0",
            "name": kind in _NAME_SHAPES,
            "foreign": spelled not in self._familiar and spelled[0].isalnum(),
        } | {name: spelled in signs for name, signs in _SIGNS.items()}
        counts = sum(counted[name] << FIELD * place for place, name in enumerate(COUNTED))
        ends = int(ENDS_CLAUSE) * ends_clause + int(ENDS_SENTENCE) * ends_sentence
        traits = (
            GROWS * ((False, word) in self._growing)
            | GROWS_LED * ((True, word) in self._growing)
            | HAS_APOSTROPHE * ("'" in word or "’" in word)
        )
        self.words.codes[number] = code, stem, shape, ending, counts, ends, traits, 0
        return number


def _widen(joins: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return a hash table with the same entries and twice the room."""
    wider = np.full((2 * len(joins), 2), -1)
    for key, joined in joins[joins[:, 0] >= 0].tolist():
        wider[find(wider, key >> 32, key & 0xFFFFFFFF)] = key, joined
    return wider
