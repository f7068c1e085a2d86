"""The last words of a text in a ring, a slot each, so that a word which still grows is written over and over.

A stretch of words is the difference of two sums.
"""

from detectors.reading import SHIFT, STEP, Codes
from detectors.tokens import layout as of
from detectors.tokens.compiled import inlined
from detectors.tokens.layout import Code, signed

LAST = of.SLOTS - 1
_COUNT, _PLACE = Code((1 << of.FIELD) - 1), Code((1 << of.PLACE) - 1)
_AFTER_CLAUSE, _AFTER_SENTENCE = of.ENDS_CLAUSE << of.FLAGS, of.ENDS_SENTENCE << of.FLAGS


@inlined
def mix(first: Code, second: Code) -> Code:
    """See `detectors.reading.mix`."""
    mixed: Code = (first ^ (first >> SHIFT)) * STEP + second
    return mixed


@inlined
def count(counted: Code, what: Code) -> int:
    """Take one count out of packed ones."""
    found: int = signed((counted >> what) & _COUNT)
    return found


@inlined
def place(places: Code, which: Code) -> Code:
    """Take one place out of packed ones."""
    found: Code = (places >> which) & _PLACE
    return found


@inlined
def stretch(ring: Codes, inverses: Codes, what: int, start: int, stop: int) -> Code:
    """See `detectors.reading.CodeSequence.stretch`."""
    hashed: Code = (ring[(stop - 1) & LAST, what] - ring[(start - 1) & LAST, what]) * inverses[start]
    return hashed


@inlined
def write(ring: Codes, code: Codes, position: int, flags: int, powers: Codes) -> None:
    """Put a word into its slot, in the place of what stood there.

    Parameters
    ----------
    ring
        Shape (`SLOTS`, 8): the word before must stand in its slot.
    code
        Shape (8,): what is known of the word.
    position, flags
        Its place in the text, and the `gap_flags` of what stands before it.
    powers
        See `detectors.reading.CodeSequence`.
    """
    old, new, power = ring[(position - 1) & LAST], ring[position & LAST], powers[position]
    new[of.WORDS] = old[of.WORDS] + code[of.WORD] * power
    new[of.STEMS] = old[of.STEMS] + code[of.STEM] * power
    new[of.SHAPES] = old[of.SHAPES] + code[of.SHAPE] * power
    new[of.JOINED] = old[of.JOINED] + mix(code[of.SHAPE], Code(flags & of.TOUCHES)) * power
    new[of.TOTALS] = old[of.TOTALS] + code[of.COUNTS]
    new[of.WORD_CODE], new[of.STEM_CODE] = code[of.WORD], code[of.STEM]
    here, breaks, before = Code(position), flags & of.BREAKS != 0, old[of.PLACES]
    line = here if breaks else place(before, of.LINE)
    clause = here if breaks or before & _AFTER_CLAUSE != 0 else place(before, of.CLAUSE)
    sentence = here if breaks or before & _AFTER_SENTENCE != 0 else place(before, of.SENTENCE)
    foreign = here + Code(1) if count(code[of.COUNTS], of.FOREIGNERS) != 0 else place(before, of.FOREIGN)
    kept = code[of.ENDS] | (Code(flags & of.AFTER_EMPTY) if breaks else (before >> of.FLAGS) & of.BLANK_LINE)
    places = line << of.LINE | clause << of.CLAUSE | sentence << of.SENTENCE
    new[of.PLACES] = places | foreign << of.FOREIGN | kept << of.FLAGS
