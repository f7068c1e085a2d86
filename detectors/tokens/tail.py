"""The end of a growing text that is not settled yet, and where its tokens start."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from detectors.spans import Word

_OPEN_SIGNS = "'’"


@dataclass(frozen=True, slots=True)
class Tail:
    """What later tokens may still change or complete, and what it takes to tell which tokens say it.

    Attributes
    ----------
    text
        The last word, when blanks do not follow it, what is undecided before it, and the blanks before both.
    starts
        Where tokens start in it, in characters: the first that is not settled, and those after it. Tokens inside the
        first word are left out. A token that goes on with a character starts after it.
    done
        Characters of it whose words are judged.
    exempt
        Words that start before this character are their writer's own; -1: so is the first one, which is open.
    pending
        Bytes of a character that is not complete.
    """

    text: str = ""
    starts: tuple[int, ...] = ()
    done: int = 0
    exempt: int = 0
    pending: bytes = b""

    @property
    def is_judged(self) -> bool:
        """Whether nothing of it is undecided, and no first word or character is waited for."""
        return self.done == len(self.text) > 0 and not (self.exempt or self.pending)

    def followed_by(self, text: str, pending: bytes) -> "Tail":
        """Add a token that completes these characters and leaves these bytes."""
        start = len(self.text) + bool(self.pending)
        return Tail(self.text + text, (*self.starts, start), self.done, self.exempt, pending)

    def token_of(self, place: int) -> int:
        """Return the index in `starts` of the token that says a character, or of the blank tokens right before it."""
        starts = self.starts
        # Where several start at one character, all but the last complete the one before.
        token = max(bisect_right(starts, place) - 1, 0)
        if place >= len(self.text) and not self.pending:
            token = len(starts)
        ends = (*starts[1:], len(self.text))
        while token and _is_blank(self.text[starts[token - 1] : ends[token - 1]]):
            token -= 1
        return token

    def ago(self, token: int, *, added: bool) -> int:
        """Return how many tokens back a token is; -1 for the first, unless it is the one that was `added` last."""
        return -1 if token == 0 and len(self.starts) > added else len(self.starts) - token


def open_from(parts: Sequence[Word], text: str) -> int:
    """Return the index of the first of the words at the end of a text that letters could still make one word.

    ``let'`` are two words, but ``let's`` is one.
    """
    count = len(parts)
    if not count or parts[-1].end < len(text):
        return count
    last = parts[-1].text[-1]
    if last.isalnum() or last == "_":
        return count - 1
    if last in _OPEN_SIGNS and count > 1 and parts[-2].end == parts[-1].start:
        before = parts[-2].text[-1]
        return count - 2 if before.isalnum() or before == "_" else count
    return count


def shorten(gap: str) -> str:
    """Return what decides of the white space between two words: how many line feeds, two at most, and its last sign."""
    if len(gap) < 2:
        return gap
    feeds = "\n" * min(gap.count("\n"), 2)
    return feeds if gap[-1] == "\n" else feeds + gap[-1] if gap.isspace() else gap


def begun_at_end(text: str, mark: str) -> int:
    """Return how many characters at the end of a text may be the start of a mark, which is not whole; 0 for none."""
    longest = min(len(mark) - 1, len(text))
    return next((size for size in range(longest, 0, -1) if text.endswith(mark[:size])), 0)


def _is_blank(text: str) -> bool:
    return bool(text) and not text.strip(" \t")
