"""The causal features of the last word of a text, equal to those of `detectors.features`, and its log-odds.

`detectors.templates` looks at all words of one text, template by template. Here it is one word of a text that is being
written, at each step of the model that writes it: templates are functions of its ring.
"""

from typing import Final

from detectors.features import SALT, SPREAD, TOP
from detectors.reading import OUTSIDE, REACH, SHIFT, Codes
from detectors.tokens import layout as of
from detectors.tokens.compiled import compiled, inlined
from detectors.tokens.layout import Code, Weights, signed
from detectors.tokens.ring import LAST, count, mix, place, stretch, write

TEMPLATES: Final = 63
_SALT: Final = Code(SALT)
_AFTER_BLANK: Final = of.BLANK_LINE << of.FLAGS


@inlined
def _look_near(ring: Codes, code: Codes, position: int, line: int, inverses: Codes, seen: Codes) -> int:
    """See `detectors.templates._near`; returns how many templates these are."""
    one, two = ring[(position - 1) & LAST], ring[(position - 2) & LAST]
    seen[0], seen[1], seen[2], seen[3] = code[of.WORD], code[of.SHAPE], code[of.ENDING], code[of.STEM]
    seen[4] = one[of.WORD_CODE] if position - 1 >= line else OUTSIDE
    seen[5] = two[of.WORD_CODE] if position - 2 >= line else OUTSIDE
    seen[6] = one[of.STEM_CODE] if position - 1 >= line else OUTSIDE
    at = 7
    for length in range(1, 6):
        start = max(position - length, line)
        seen[at] = stretch(ring, inverses, of.WORDS, start, position + 1)
        at += 1
        if length in (2, 3):
            seen[at] = stretch(ring, inverses, of.WORDS, start, position)
            seen[at + 1] = stretch(ring, inverses, of.JOINED, start, position + 1)
            at += 2
        if length <= 3:
            seen[at] = stretch(ring, inverses, of.STEMS, start, position + 1)
            at += 1
    seen[at] = stretch(ring, inverses, of.SHAPES, max(position - 2, line), position + 1)
    return at + 1


@inlined
def _look_since(
    ring: Codes, code: Codes, position: int, start: int, far: int, inverses: Codes, seen: Codes, at: int
) -> int:
    """See `detectors.templates._since`; returns the number of the next template."""
    word, distance = code[of.WORD], Code(min(position - start, far))
    eight = Code(min(position - start, 8))
    seen[at], seen[at + 1] = distance, mix(word, Code(min(position - start, 3)))
    at += 2
    for length in range(1, 4):
        first = stretch(ring, inverses, of.WORDS, start, min(start + length, position + 1))
        before = stretch(ring, inverses, of.WORDS, start, min(start + length, position))
        seen[at], seen[at + 1] = mix(first, distance), mix(before, word)
        at += 2
    stop, two = min(start + 8, position + 1), min(start + 2, position + 1)
    seen[at] = mix(stretch(ring, inverses, of.WORDS, start, stop), eight)
    seen[at + 1] = mix(stretch(ring, inverses, of.STEMS, start, stop), eight)
    seen[at + 2] = mix(stretch(ring, inverses, of.STEMS, start, two), distance)
    return at + 3


@inlined
def _look_around(
    ring: Codes, code: Codes, position: int, began: tuple[int, int, int], flags: int, inverses: Codes, seen: Codes
) -> None:
    """See `detectors.templates._position`, `._familiar` and `._around`: the last templates."""
    sentence, clause, line = began
    at = TEMPLATES - 21
    word, stem, here = code[of.WORD], code[of.STEM], ring[position & LAST]
    total = here[of.TOTALS]
    in_sentence = total - ring[(sentence - 1) & LAST, of.TOTALS]
    in_clause = total - ring[(clause - 1) & LAST, of.TOTALS]
    in_line = total - ring[(line - 1) & LAST, of.TOTALS]
    sign = ring[(sentence - 1) & LAST, of.WORD_CODE] if sentence > 0 else OUTSIDE
    seen[at] = Code(flags & of.BREAKS != 0)
    seen[at + 1] = mix(ring[(clause - 1) & LAST, of.WORD_CODE] if clause > 0 else OUTSIDE, word)
    seen[at + 2], seen[at + 3] = mix(sign, word), mix(sign, Code(min(position - sentence, 3)))
    seen[at + 4] = Code(count(in_sentence, of.NUMBERS) > 0)
    seen[at + 5] = Code(min(count(total - ring[sentence & LAST, of.TOTALS], of.NAMES), 4))
    at += 6
    for start, counted, far in ((sentence, in_sentence, 8), (clause, in_clause, 6)):
        foreign = count(counted, of.FOREIGNERS)
        two = Code(min(foreign, 2))
        seen[at], seen[at + 1] = Code(min(foreign, 3)), mix(two, Code(min(position - start, far)))
        seen[at + 2], seen[at + 3] = mix(two, word), mix(two, stem)
        at += 4
    run = Code(min(position - max(signed(place(here[of.PLACES], of.FOREIGN)) - 1, sentence - 1), 8))
    depth = count(in_line, of.OPENED) - count(in_line, of.CLOSED)
    inside = Code((depth > 0) << 4 | (depth > 1) << 5)
    for bit, field in enumerate((of.STARS, of.QUOTES, of.TICKS, of.DOLLARS)):
        inside |= ((in_line >> field) & Code(1)) << Code(bit)
    seen[at], seen[at + 1], seen[at + 2], seen[at + 3] = run, mix(run, word), inside, mix(inside, word)
    since = position - line
    shapes = stretch(ring, inverses, of.SHAPES, line, min(line + 2, position + 1))
    seen[at + 4] = mix(shapes, Code(min(since, 4)))
    # A line that began further back than is looked counts as one that does not stand after an empty line.
    blank = here[of.PLACES] & _AFTER_BLANK != 0 and signed(place(here[of.PLACES], of.LINE)) == line
    seen[at + 5] = mix(Code(blank), Code(min(since, 3)))
    seen[at + 6] = Code(min(count(in_line, of.NUMBERS), 4))


@inlined
def look(ring: Codes, code: Codes, position: int, flags: int, inverses: Codes, seen: Codes) -> None:
    """Fill in what the templates of `detectors.templates` see of the last word, in their order."""
    places, furthest = ring[position & LAST, of.PLACES], position - REACH
    sentence = max(signed(place(places, of.SENTENCE)), furthest)
    clause = max(signed(place(places, of.CLAUSE)), furthest)
    line = max(signed(place(places, of.LINE)), furthest)
    at = _look_near(ring, code, position, line, inverses, seen)
    at = _look_since(ring, code, position, sentence, 8, inverses, seen, at)
    _look_since(ring, code, position, clause, 6, inverses, seen, at)
    _look_around(ring, code, position, (sentence, clause, line), flags, inverses, seen)


@compiled
def log_odds(ring: Codes, code: Codes, position: int, flags: int, weights: Weights, seen: Codes) -> float:
    """Put a word into its slot, and return its log-odds: the same to the last bit as those of the whole text's words.

    Parameters
    ----------
    ring, code, position, flags
        See `write`.
    weights
        The detector.
    seen
        Shape (`TEMPLATES`,), uint64: is overwritten.
    """
    write(ring, code, position, flags, weights.powers)
    look(ring, code, position, flags, weights.inverses, seen)
    total, salt = weights.bias, Code(1)
    for template in range(TEMPLATES):
        mixed = seen[template] + salt
        mixed = (mixed ^ (mixed >> SHIFT)) * SPREAD
        total += weights.table[mixed >> TOP]
        salt += _SALT
    return total
