"""Words as the rows of a table: what the features of `detectors.templates` read of each."""

from collections.abc import Set as AbstractSet
from typing import Final

import numpy as np
from numpy.typing import NDArray

from detectors.reading import codes_of, shape_of

LARGEST: Final = 1 << 16
"""Words a table remembers before it begins anew."""

ENDS_CLAUSE, ENDS_SENTENCE = 1, 2
WORD, STEM, SHAPE, ENDING, COUNTS, ENDS = range(6)
"""Rows of `Lexemes.codes`: four codes, what is counted (see `COUNTED`), and whether a clause or a sentence ends."""

FIELD: Final = 7
"""Bits of a count: no count goes over more than 17 words."""
COUNTED: Final = ("number", "name", "foreign", "*", '"', "`", "$", "(", ")")
"""What is counted in one sum, from its lowest bits up."""

_NAME_SHAPES = {"X", "A", "m"}
_SIGNS = {"*": "*", '"': '"“”', "`": "`", "$": "$", "(": "([{“", ")": ")]}”"}


class Lexemes:
    """Words seen so far.

    Parameters
    ----------
    familiar
        Words that are not foreign to narration, in lower case.

    Attributes
    ----------
    codes
        Shape (6, words), uint64: see above. Numbers of words stay valid until `clear`.
    """

    def __init__(self, familiar: AbstractSet[str]) -> None:
        self._familiar = familiar
        self._numbers: dict[str, int] = {}
        self.codes: NDArray[np.uint64] = np.zeros((6, 1024), dtype=np.uint64)

    def __getitem__(self, word: str) -> int:
        """Return the number of a word."""
        number = self._numbers.get(word)
        return self._add(word) if number is None else number

    @property
    def is_full(self) -> bool:
        """Whether the table should be cleared."""
        return len(self._numbers) >= LARGEST

    def clear(self) -> None:
        """Forget all words."""
        self._numbers.clear()

    def _add(self, word: str) -> int:
        number = self._numbers[word] = len(self._numbers)
        if number == self.codes.shape[1]:
            self.codes = np.concatenate([self.codes, np.zeros_like(self.codes)], axis=1)
        code, shape, stem, ending, ends_clause, ends_sentence, spelled = codes_of(word)
        kind = shape_of(word)
        counted = {
            "number": kind == "0",
            "name": kind in _NAME_SHAPES,
            "foreign": spelled not in self._familiar and spelled[0].isalnum(),
        } | {name: spelled in signs for name, signs in _SIGNS.items()}
        counts = sum(counted[name] << FIELD * place for place, name in enumerate(COUNTED))
        ends = ENDS_CLAUSE * ends_clause + ENDS_SENTENCE * ends_sentence
        self.codes[:, number] = code, stem, shape, ending, counts, ends
        return number
