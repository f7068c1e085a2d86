"""Notices a model that says the same thing over and over."""

_LONGEST_PHRASE = 50
_SHORTEST_PHRASE = 3
_TIMES = 8
TAIL_CHARACTERS = 4_000
"""How much of a text's end is worth looking at."""


def repeats(text: str) -> bool:
    """Tell whether a text ends in one phrase of 3 to 50 words, eight times over.

    A single word repeated 24 times counts, too: it is a phrase of three words repeated eight times. The thresholds are
    those of the program released with arXiv 2604.14164.
    """
    parts = text[-TAIL_CHARACTERS:].split()
    # The last word may still be growing, and the first may be cut.
    parts = parts[:-1]
    for size in range(_SHORTEST_PHRASE, min(_LONGEST_PHRASE, len(parts) // _TIMES) + 1):
        window = parts[-size * _TIMES :]
        if window[size:] == window[:-size]:
            return True
    return False
