"""How compiled code has texts, tokens, words and weights: as arrays.

Codes are uint64: an operation of one and a signed integer would be one of floats. All else is as small as it can be:
what a step reads of hundreds of texts does not stay in a CPU's nearest cache.
"""

from collections.abc import Callable
from typing import Final, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from detectors.reading import Codes

Numbers = NDArray[np.int32]
Code = np.uint64
signed = cast("Callable[[np.uint64 | int], int]", np.int64)
"""What makes a signed integer of a code, or of a smaller integer."""

SLOTS: Final = 32
"""Words a ring holds: a decision reads `REACH` + 1 of them and the word itself."""
WORDS, STEMS, SHAPES, JOINED, TOTALS, WORD_CODE, STEM_CODE, PLACES = range(8)
"""What a slot holds: five sums up to and with this word, two codes, and packed places. One line of a CPU's cache."""
PLACE: Final = 15
"""Bits of a place."""
LINE, CLAUSE, SENTENCE, FOREIGN, FLAGS = (Code(PLACE * place) for place in range(5))
"""Where places are packed, in bits: the positions where the word's line, clause and sentence began, the position after
the last foreign word, and flags."""
ENDS_CLAUSE, ENDS_SENTENCE, BLANK_LINE = Code(1), Code(2), Code(4)
"""Flags of a word: a clause or a sentence ends with it; and of a slot: its line stands after an empty one."""

WORD, STEM, SHAPE, ENDING, COUNTS, ENDS, TRAITS = range(7)
"""What is known of a word: four codes, what is counted, which flags it has, and which traits; one more is empty."""
COUNTED: Final = ("number", "name", "foreign", "*", '"', "`", "$", "(", ")")
"""What is counted in one sum, from its lowest bits up."""
FIELD: Final = 7
"""Bits of a count: no count goes over more than 17 words."""
NUMBERS, NAMES, FOREIGNERS, STARS, QUOTES, TICKS, DOLLARS, OPENED, CLOSED = (
    Code(FIELD * place) for place in range(len(COUNTED))
)
"""Where each count begins, in bits."""
GROWS, GROWS_LED, HAS_APOSTROPHE = 1, 2, 4
"""Traits: tokens may make a style word of it, or do so where a blank stands before it; there is an apostrophe in it."""

TOUCHES, BREAKS, AFTER_EMPTY = 1, 2, 4
"""What stands between a word and the one before: nothing, a line feed, an empty line (flags)."""

MODE, STYLE, PUSHED, SETTLED, BOUNDARY, POSITION, NUMBER, GAP_BEFORE, GAP, OPEN, HELD, BLANKS = range(12)
"""A text's state: see `detectors.tokens.logistic_watch.LogisticWatch`. Gaps are as `gap_code` gives them."""
PLAIN, ELSEWHERE, STOPPED = range(3)
"""Modes: a text that is followed here, one whose tokens are followed as `Rule` says, and one that is decided."""
BOTH_STYLES: Final = 2
"""The style of a writer who owns both kinds; the others' is 0 or 1."""

KIND, WORD_NUMBER, WORD_GAP, MORE, MORE_COUNT, IS_OPEN, TRAIL, IS_SIMPLE = range(8)
"""A token: its kind, its first word and what stands before it, where more words stand and how many, whether letters
could go on with the last word, and what stands after that (of a blank, all). A blank is simple that holds no line feed
or other sign but blanks and tabs; others are when the first word is of letters and apostrophes alone."""
UNMET, ODD, BLANK, APART, JOINING, SUFFIX = range(6)
"""Kinds of tokens: not met yet; cut in a way that depends on more than is told here; white space only; the first word
never a part of the word before, or going on with it where it is open; an apostrophe that goes on with an open word and
is odd without one."""

GOES_ON, DECIDED, LEFT = range(3)
"""What comes of a token: nothing, the boundary, or that it was left to be followed in another way."""


class Texts(NamedTuple):
    """Texts, a row each: where they stand, the log-odds of their last words, and those words in rings."""

    states: Numbers
    """Shape (rows, 12)."""
    odds: NDArray[np.float64]
    """Shape (rows,)."""
    rings: Codes
    """Shape (rows, `SLOTS`, 8)."""


class Tokens(NamedTuple):
    """Tokens, by their ids."""

    cuts: Numbers
    """Shape (ids, 8)."""
    more: Numbers
    """Shape (words, 2): words after a token's first, and the gaps before them."""


class Words(NamedTuple):
    """Words, by their numbers."""

    codes: Codes
    """Shape (words, 8)."""
    joins: NDArray[np.int64]
    """Shape (places, 2): a hash table of two numbers -> that of the word both make; -1 where it is free."""


class Weights(NamedTuple):
    """A detector."""

    table: NDArray[np.float32]
    """Shape (2 ** `BITS`,): the weight of each feature."""
    powers: Codes
    inverses: Codes
    """Shape (positions,): see `detectors.reading.CodeSequence`."""
    bias: float
    """The log-odds of a word without features."""
    least: float
    """The least log-odds of a style word."""
