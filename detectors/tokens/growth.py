"""How a tokenizer cuts words: what of a word stands there before it is whole."""

from collections.abc import Callable, Iterable
from itertools import product

from detectors.places import normalise
from detectors.tokens.decoding import TokenPieces

Beginnings = dict[tuple[bool, str], frozenset[str]]
"""Whether blanks stand before it and a beginning of words -> those words, as phrases spell them."""


def is_led(gap: str) -> bool:
    """Tell whether a blank stands right before a word, given what stands between it and the word before."""
    return gap.endswith((" ", "\t"))


def beginnings(spelled: Iterable[str], pieces: TokenPieces, encode: Callable[[str], list[int]]) -> Beginnings:
    """Find what stands there while a model writes words of several tokens.

    Parameters
    ----------
    spelled
        Words, as phrases spell them; each is also looked at with a capital. Not in capitals: "A", "N" or "S" may begin
        a style word so, but in a trace they are almost always names of things, and waiting costs a token each time.
    pieces, encode
        The tokenizer: token id -> bytes, text -> token ids.
    """
    found: dict[tuple[bool, str], set[str]] = {}
    for word in spelled:
        if len(word) < 2:
            continue
        for written, blank in product({word, word.capitalize()}, (" ", "")):
            said = b""
            for token in encode(blank + written)[:-1]:
                said += pieces[token]
                part = said.decode(errors="ignore").lstrip()
                if part and part != written and written.startswith(part):
                    found.setdefault((blank != "", part), set()).add(normalise(word))
    return {key: frozenset(grown) for key, grown in found.items()}
