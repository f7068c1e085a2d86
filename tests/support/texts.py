"""Texts no writer would write: random strings over all of Unicode, and where their graphemes meet."""

import random
from collections.abc import Iterator

import regex

ORDINARY = (
    "So",
    "let me check",
    "Wait,",
    "wait",
    "maybe",
    "hmm.",
    "Then",
    "3 + 4 = 7",
    "x_1",
    ".",
    ",",
    "\n",
    "okay’s",
)
ODD = (
    "\u0301", "\u0300\u0302", "\u200d", "\u200c", "\u200b", "\ufe0f", "\u0600", "\u0e33", "\uff9e",
    "\u1100\u1161\u11a8",    "👩\u200d👩\u200d👧", "👍🏽", "🇩🇪🇫", "e\u0301", "क्षि", "ที่นี่", "می\u200cشود", "\U000e0020",
    "\r\n", "\x00", "\x1c", "\u2028", "\xa0",
    "\ufeff", "我们看", "İ", "ß", "Σ", "ŉ", "½", "١٢", "𝔸", "\U0010ffff",
)  # fmt: skip


def random_texts(count: int, seed: int = 0, longest: int = 40) -> Iterator[str]:
    """Yield so many texts: characters of all Unicode but surrogates, ordinary words, and what joins to its neighbours.

    The texts are the same for a seed. A third hold ordinary words, so that detectors find style in them.
    """
    generator = random.Random(seed)
    for number in range(count):
        pool = (ORDINARY + ODD, ODD, ())[number % 3]
        pieces = [
            generator.choice(pool) if pool and generator.random() < 0.8 else random_character(generator)
            for _ in range(generator.randint(0, longest))
        ]
        yield generator.choice(("", "", " ")).join(pieces)


def random_character(generator: random.Random) -> str:
    """Draw a character of all planes alike, never a surrogate; every other one from where most marks are."""
    while True:
        code = generator.randrange(0x3100 if generator.random() < 0.5 else 0x110000)
        if not 0xD800 <= code < 0xE000:
            return chr(code)


def grapheme_edges(text: str) -> set[int]:
    """Return where the graphemes of a text begin and end, in characters, as the `regex` package reads Unicode."""
    return {0, *(match.end() for match in regex.finditer(r"\X", text))}
