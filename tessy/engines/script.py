"""A script cut into tokens: what a scripted engine's model says, in a vocabulary made of the script's own words."""

import re
from array import array
from bisect import bisect_right
from collections.abc import Mapping
from itertools import accumulate
from types import MappingProxyType

from tessy.trace import THINKING_CLOSES

_TOKEN = re.compile(r"\s*\S+|\s+")


class ScriptedPieces(dict[int, bytes]):
    """Token id -> its bytes, none of which is an escape."""

    escapes: Mapping[str, str] = MappingProxyType({})


class ScriptedVocabulary:
    """Words with the blanks before them, numbered as they are met.

    Attributes
    ----------
    pieces
        Token id -> its bytes.
    """

    def __init__(self) -> None:
        self.pieces = ScriptedPieces()
        self._ids: dict[str, int] = {}

    def id_of(self, token: str) -> int:
        """Return the number of a token, new or known."""
        number = self._ids.setdefault(token, len(self._ids))
        if number == len(self.pieces):
            self.pieces[number] = token.encode()
        return number

    def encode(self, text: str) -> list[int]:
        """Cut a text into tokens."""
        return [self.id_of(token) for token in _TOKEN.findall(text)]


class Script:
    """A text in tokens.

    Parameters
    ----------
    text
        The text.
    vocabulary
        Numbers its tokens.

    Attributes
    ----------
    ids, ends
        The tokens, and for each the characters of the text up to its end.
    """

    __slots__ = ("ends", "ids", "text", "vocabulary")

    def __init__(self, text: str, vocabulary: ScriptedVocabulary) -> None:
        tokens = _TOKEN.findall(text)
        self.text = text
        self.vocabulary = vocabulary
        self.ids = array("I", map(vocabulary.id_of, tokens))
        self.ends = array("I", accumulate(map(len, tokens)))

    def read(self, position: int, tokens: int) -> tuple[list[int], list[int]]:
        """Return the next tokens and where they end, in characters of the text.

        A position inside a token is where its rest begins, a token of its own.
        """
        index = bisect_right(self.ends, position)
        if index == len(self.ids) or tokens <= 0:
            return [], []
        ids, ends = self.ids[index : index + tokens].tolist(), self.ends[index : index + tokens].tolist()
        if position > (self.ends[index - 1] if index else 0):
            ids[0] = self.vocabulary.id_of(self.text[position : ends[0]])
        return ids, ends


def scripts(text: str, vocabulary: ScriptedVocabulary) -> tuple[Script, Script]:
    """Cut what a model says into its thinking and its answer, which follows ``</think>``."""
    thinking, _, answer = text.partition(THINKING_CLOSES.strip())
    return Script(thinking, vocabulary), Script(answer, vocabulary)
