"""Pushes the drafts of many traces into their watches together, for detectors that work in arrays."""

from collections.abc import Sequence

from tessy.together import Together
from tessy.watch import BoundaryFinder, Watch

_Draft = tuple[Watch, Sequence[int]]


class DraftReader:
    """Gathers the drafts that are there at the same time and judges a token of each at once.

    Parameters
    ----------
    finder
        The detector, compiled; one whose `BoundaryFinder.push_many` costs little more than a single push.
    """

    def __init__(self, finder: BoundaryFinder) -> None:
        self._finder = finder
        self._together = Together(self._push)

    async def follow(self, watch: Watch, tokens: Sequence[int]) -> None:
        """Push tokens until they are at their end or the watch has decided.

        Raises
        ------
        Exception
            Whatever the detector raises.
        """
        await self._together.ask((watch, tokens))

    async def _push(self, drafts: list[_Draft]) -> list[None]:
        going, place = drafts, 0
        while going := [(watch, tokens) for watch, tokens in going if place < len(tokens)]:
            decided = self._finder.push_many([watch for watch, _ in going], [tokens[place] for _, tokens in going])
            going = [draft for draft, stopped in zip(going, decided, strict=True) if not stopped]
            place += 1
        return [None] * len(drafts)
