"""One token more for many texts, compiled: its words are found, put into their text's ring, and judged.

Only plain texts and tokens are followed here, which nearly all are; the others are left to `Rule`.
"""

from typing import Final

import numpy as np

from detectors.reading import REACH, STEP, Codes, Indices
from detectors.tokens import layout as of
from detectors.tokens.compiled import compiled, inlined
from detectors.tokens.features import TEMPLATES, log_odds
from detectors.tokens.gaps import gap_flags, is_led, join_gaps
from detectors.tokens.layout import Code, Numbers, Texts, Tokens, Weights, Words, signed
from detectors.tokens.prefetch import prefetch
from detectors.tokens.ring import LAST, write

_AHEAD: Final = 8
"""Texts for which memory is asked for at a time."""


@compiled
def push(
    texts: Texts, tokens: Tokens, words: Words, weights: Weights, rows: Indices, pushed: Indices, outcomes: Indices
) -> tuple[int, int]:
    """Push one token into each of many texts.

    Parameters
    ----------
    texts, tokens, words, weights
        What they are.
    rows, pushed
        Shape (texts,), int64: the texts, each at most once, and their tokens.
    outcomes
        Shape (texts,), int64: is filled with what comes of each, `GOES_ON`, `DECIDED` or `LEFT`.

    Returns
    -------
    tuple
        How many were decided, and how many were left.
    """
    seen = np.empty(TEMPLATES, np.uint64)
    decided = left = 0
    # Between two steps, the engine has used the caches for other things.
    for row in rows:
        prefetch(texts.states, row)
    _fetch(texts, tokens, rows, pushed, 0)
    for index in range(len(rows)):
        if index % _AHEAD == 0:
            _fetch(texts, tokens, rows, pushed, index + _AHEAD)
        outcome = _push(texts, tokens, words, weights, rows[index], pushed[index], seen)
        outcomes[index] = outcome
        decided += outcome == of.DECIDED
        left += outcome == of.LEFT
    return decided, left


@inlined
def _fetch(texts: Texts, tokens: Tokens, rows: Indices, pushed: Indices, first: int) -> None:
    """Ask for what the next few texts take, so that the CPU waits for the memory of many at once.

    A token that is none of the table's asks for memory that is not there, which does nothing.
    """
    for index in range(first, min(first + _AHEAD, len(rows))):
        row, token = rows[index], pushed[index]
        prefetch(tokens.cuts, token)
        for back in range(-1, REACH + 1):
            prefetch(texts.rings[row], (texts.states[row, of.POSITION] - back) & LAST)


@inlined
def _push(texts: Texts, tokens: Tokens, words: Words, weights: Weights, row: int, token: int, seen: Codes) -> int:
    state = texts.states[row]
    if state[of.MODE] == of.STOPPED:
        return of.DECIDED
    is_known = 0 <= token < len(tokens.cuts) and state[of.POSITION] < len(weights.powers) // 2
    if not is_known or state[of.MODE] != of.PLAIN:
        return of.LEFT
    cut = tokens.cuts[token]
    joins = cut[of.KIND] >= of.JOINING and state[of.OPEN] != 0
    number = _first_word(state, cut, words, joins)
    if number < 0:
        return of.LEFT
    if state[of.HELD] != 0 and not joins:
        # The word that might have grown is closed: it is of the other kind.
        return _stop(state, state[of.SETTLED])
    if cut[of.KIND] == of.BLANK:
        return _add_blank(state, cut)
    return _judge_words(texts, tokens, words, weights, row, cut, number, joins, seen)


@inlined
def _first_word(state: Numbers, cut: Numbers, words: Words, joins: bool) -> int:
    """Return the number of what a token's first word is, with the word that it goes on with; -1 where it is odd."""
    if not joins:
        return -1 if cut[of.KIND] <= of.ODD or cut[of.KIND] == of.SUFFIX else signed(cut[of.WORD_NUMBER])
    if cut[of.IS_SIMPLE] == 0 and words.codes[state[of.NUMBER], of.TRAITS] & Code(of.HAS_APOSTROPHE) != 0:
        return -1
    # Where it is free, there is a -1 too.
    joined: int = words.joins[find(words.joins, state[of.NUMBER], cut[of.WORD_NUMBER]), 1]
    return joined


@inlined
def _judge_words(
    texts: Texts, tokens: Tokens, words: Words, weights: Weights, row: int, cut: Numbers, number: int, joins: bool,
    seen: Codes,
) -> int:  # fmt: skip
    """Judge the words of a token one after the other."""
    state = texts.states[row]
    gap, position, before, style = state[of.GAP_BEFORE], state[of.POSITION], state[of.PUSHED], state[of.STYLE]
    if not joins:
        gap, position = join_gaps(state[of.GAP], cut[of.WORD_GAP]), position + 1
        if state[of.BLANKS] == 0:
            state[of.SETTLED] = before
    held, begins = False, state[of.SETTLED]
    for part in range(cut[of.MORE_COUNT] + 1):
        if part > 0:
            number, gap = tokens.more[cut[of.MORE] + part - 1]
            position += 1
            # A token is never cut: what begins inside it begins with it, unless it began with blanks before it.
            begins = before if joins else begins
        code = words.codes[number]
        odds = log_odds(texts.rings[row], code, position, gap_flags(gap, position), weights, seen)
        texts.odds[row] = odds
        if style != of.BOTH_STYLES and (odds >= weights.least) != (style == 1):
            grown = code[of.TRAITS] & Code(of.GROWS_LED if is_led(gap) else of.GROWS)
            held = part == cut[of.MORE_COUNT] and cut[of.IS_OPEN] != 0 and style == 1 and grown != 0
            if not held:
                return _stop(state, begins)
    state[of.PUSHED] = before + 1
    state[of.NUMBER], state[of.GAP_BEFORE], state[of.POSITION] = number, gap, position
    state[of.OPEN], state[of.GAP], state[of.HELD], state[of.BLANKS] = cut[of.IS_OPEN], cut[of.TRAIL], held, 0
    state[of.SETTLED] = begins if cut[of.IS_OPEN] != 0 else before + 1
    return of.GOES_ON


@inlined
def _stop(state: Numbers, boundary: int) -> int:
    """Decide a text with the token that is being pushed."""
    state[of.PUSHED] += 1
    state[of.BOUNDARY], state[of.MODE] = boundary, of.STOPPED
    return of.DECIDED


@inlined
def _add_blank(state: Numbers, cut: Numbers) -> int:
    """Add a token of white space."""
    if cut[of.IS_SIMPLE] == 0:
        state[of.SETTLED], state[of.BLANKS] = state[of.PUSHED] + 1, 0
    elif state[of.BLANKS] == 0:
        state[of.SETTLED], state[of.BLANKS] = state[of.PUSHED], 1
    state[of.PUSHED] += 1
    state[of.GAP], state[of.OPEN] = join_gaps(state[of.GAP], cut[of.TRAIL]), 0
    return of.GOES_ON


@compiled
def judge(texts: Texts, words: Words, weights: Weights, row: int, position: int, number: int, gap: int) -> float:
    """Put one word into a text and return its log-odds."""
    seen = np.empty(TEMPLATES, np.uint64)
    return log_odds(texts.rings[row], words.codes[number], position, gap_flags(gap, position), weights, seen)


@compiled
def begin(texts: Texts, words: Words, weights: Weights, row: int, known: Numbers) -> None:
    """Put the first words into an empty row: `known` holds their numbers and gaps, shape (words, 2)."""
    for position in range(len(known)):
        flags = gap_flags(known[position, 1], position)
        write(texts.rings[row], words.codes[known[position, 0]], position, flags, weights.powers)


@compiled
def find(joins: Indices, number: int, part: int) -> int:
    """Return the place of two numbers in a hash table, or the free one they would have."""
    key, last = signed(number) << 32 | part, len(joins) - 1
    place = signed((Code(key) * STEP) >> Code(40)) & last
    while joins[place, 0] != key and joins[place, 0] >= 0:
        place = (place + 1) & last
    return place
