"""Numbers for spellings."""

from collections.abc import Iterable
from itertools import count


class Numbering(dict[str, int]):
    """The place of each spelling in a list; one that is asked for and not there is put at its end.

    Attributes
    ----------
    spellings
        The list.
    """

    def __init__(self, spellings: Iterable[str] = ()) -> None:
        self.spellings = list(spellings)
        super().__init__(zip(self.spellings, count()))

    def __missing__(self, spelling: str) -> int:
        place = self[spelling] = len(self.spellings)
        self.spellings.append(spelling)
        return place
