"""The causal features of the last words of many texts at once, equal to those of `detectors.features`.

`detectors.templates` looks at all words of one text, template by template: many hundred calls of numpy. Here one word
of each of many texts is looked at, at each step of the model that writes them, and some hundred calls have to do. So
the looks are computed as rows of a few matrices (a column a text), and `PLAN` says which looks make each template, in
the order of `detectors.templates.templates`.
"""

from typing import Final

import numpy as np

from detectors.features import buckets_of
from detectors.reading import OUTSIDE, REACH, Codes, Indices, mix
from detectors.tokens import histories as of
from detectors.tokens import lexemes
from detectors.tokens.histories import SLOTS, Histories
from detectors.tokens.lexemes import COUNTED, ENDING, FIELD, SHAPE, STEM

_UNITS: Final = ("sentence", "clause")
_LENGTHS: Final = ("1", "2", "3", "1 before", "2 before", "3 before", "8")
_PLACES: Final = {
    name: row
    for row, name in enumerate(
        (
            *("here", "next", "left 1", "left 2", "left 3", "left 4", "left 5"),
            *("sentence", "clause", "line", "line 2"),
            *(f"{unit} {length}" for unit in _UNITS for length in _LENGTHS),
        )
    )
}
_STRETCHES: Final = (
    *((f"words {length}", of.WORDS, f"left {length}", "next") for length in range(1, 6)),
    *((f"left {length}", of.WORDS, f"left {length}", "here") for length in (2, 3)),
    *((f"joined {length}", of.JOINED, f"left {length}", "next") for length in (2, 3)),
    *((f"stems {length}", of.STEMS, f"left {length}", "next") for length in (1, 2, 3)),
    ("shapes 2", of.SHAPES, "left 2", "next"),
    *((f"{unit} {length}", of.WORDS, unit, f"{unit} {length}") for unit in _UNITS for length in _LENGTHS),
    *((f"{unit} stems {length}", of.STEMS, unit, f"{unit} {length}") for unit in _UNITS for length in ("2", "8")),
    ("line shapes", of.SHAPES, "line", "line 2"),
)
"""Looks at several words: a name, what of them, and the places where they start and stop."""
_SEQUENCES = np.array([[sequence] for _, sequence, _, _ in _STRETCHES])
_STARTS = np.array([_PLACES[start] for _, _, start, _ in _STRETCHES])
_STOPS = np.array([_PLACES[stop] for _, _, _, stop in _STRETCHES])
_LOOKS: Final = (
    *("word", "stem", "shape", "ending", "word 1 left", "word 2 left", "stem 1 left"),
    *(name for name, _, _, _ in _STRETCHES),
    *("since sentence", "since clause", "3 since sentence", "3 since clause", "8 since sentence", "8 since clause"),
    *("4 since line", "3 since line", "breaks", "blank", "sign before clause", "sign before sentence"),
    *("has numbers", "names", "3 foreign in sentence", "3 foreign in clause"),
    *("2 foreign in sentence", "2 foreign in clause", "run", "inside", "numbers in line"),
)


def _plan() -> list[tuple[str, ...]]:
    plan: list[tuple[str, ...]] = [(name,) for name in ("word", "shape", "ending", "stem")]
    plan += [("word 1 left",), ("word 2 left",), ("stem 1 left",), ("words 1",), ("stems 1",)]
    plan += [(f"{look} {length}",) for length in (2, 3) for look in ("words", "left", "joined", "stems")]
    plan += [("words 4",), ("words 5",), ("shapes 2",)]
    for unit in _UNITS:
        plan += [(f"since {unit}",), ("word", f"3 since {unit}")]
        for length in ("1", "2", "3"):
            plan += [(f"{unit} {length}", f"since {unit}"), (f"{unit} {length} before", "word")]
        plan += [(f"{unit} 8", f"8 since {unit}"), (f"{unit} stems 8", f"8 since {unit}")]
        plan += [(f"{unit} stems 2", f"since {unit}")]
    plan += [("breaks",), ("sign before clause", "word"), ("sign before sentence", "word")]
    plan += [("sign before sentence", "3 since sentence"), ("has numbers",), ("names",)]
    for unit in _UNITS:
        two = f"2 foreign in {unit}"
        plan += [(f"3 foreign in {unit}",), (two, f"since {unit}"), (two, "word"), (two, "stem")]
    plan += [("run",), ("run", "word"), ("inside",), ("inside", "word")]
    return [*plan, ("line shapes", "4 since line"), ("blank", "3 since line"), ("numbers in line",)]


PLAN: Final = _plan()
"""For each template the look it is, or the two looks that are mixed."""

_ALONE = [number for number, looks in enumerate(PLAN) if len(looks) == 1]
_MIXED = [number for number, looks in enumerate(PLAN) if len(looks) == 2]
_ALONE_ROWS, _FIRST_ROWS, _SECOND_ROWS = (
    np.array([_LOOKS.index(PLAN[number][place]) for number in numbers])
    for numbers, place in ((_ALONE, 0), (_MIXED, 0), (_MIXED, 1))
)
ORDER: Final = np.array(_ALONE + _MIXED)
"""The templates in the order of the rows of `last_features`."""

_BACK = np.arange(1, 6)[:, None]
_FURTHER = np.array([1, 2, 3, 1, 2, 3, 8])[:, None, None]
_BEFORE = np.array([0, 0, 0, 1, 1, 1, 0])[:, None, None]
_MOST = np.array([[8], [6], [3], [3], [8], [8], [4], [3]])
_PAIRS = np.array([[FIELD * COUNTED.index(sign)] for sign in ("*", '"', "`", "$")], dtype=np.uint64)
_BITS = (1 << np.arange(6))[:, None]


def last_features(histories: Histories, rows: Indices, positions: Indices, codes: Codes, gaps: Codes) -> Indices:
    """Hash the features of one word of each text.

    Parameters
    ----------
    histories
        Where the words were written.
    rows, positions, gaps
        Shape (words,): as they were given to `Histories.write`.
    codes
        Shape (6, words), uint64: what that returned.

    Returns
    -------
    numpy.ndarray
        Shape (templates, words), int64: the weight each feature has; templates are in the order of `ORDER`.
    """
    looks = _look(histories, rows, positions, codes, gaps)
    alone, mixed = looks[_ALONE_ROWS], mix(looks[_FIRST_ROWS], looks[_SECOND_ROWS])
    return buckets_of(np.concatenate([alone, mixed]), ORDER[:, None])


def _look(histories: Histories, rows: Indices, positions: Indices, codes: Codes, gaps: Codes) -> Codes:
    slots, base = histories.slots, rows * SLOTS
    width = slots.shape[1]
    flat = slots.ravel()
    here = slots.take(base + (positions & (SLOTS - 1)), axis=1)
    began = np.maximum(here[[of.SENTENCE, of.CLAUSE, of.LINE]].view(np.int64), positions - REACH)
    units, line = began[:2], began[2]

    places = np.empty((len(_PLACES), len(rows)), dtype=np.int64)
    places[0], places[1] = positions, positions + 1
    np.maximum(positions - _BACK, line, out=places[2:7])
    places[7:10] = began
    np.minimum(line + 2, places[1], out=places[10])
    reached = np.minimum(units + _FURTHER, places[1] - _BEFORE)
    places[11:18], places[18:25] = reached[:, 0], reached[:, 1]
    ring = base + ((places - 1) & (SLOTS - 1))

    looks = np.empty((len(_LOOKS), len(rows)), dtype=np.uint64)
    looks[:4] = codes[[lexemes.WORD, STEM, SHAPE, ENDING]]
    left = ring[0] + np.array([[of.WORD], [of.WORD], [of.STEM_CODE]]) * width
    left[1] = of.WORD * width + base + ((positions - 2) & (SLOTS - 1))
    looks[4:7] = np.where(positions - np.array([[1], [2], [1]]) >= line, flat.take(left), OUTSIDE)
    stop = 7 + len(_STRETCHES)
    offset = _SEQUENCES * width
    sums = flat.take(ring[_STOPS] + offset) - flat.take(ring[_STARTS] + offset)
    np.multiply(sums, histories.inverses.take(places[_STARTS]), out=looks[7:stop])
    looks[stop : stop + 8] = np.minimum(positions - began[[0, 1, 0, 1, 0, 1, 2, 2]], _MOST)
    at = stop + 8
    looks[at] = (gaps & np.uint64(of.BREAKS)) > 0
    # A line that began further back than is looked counts as one that does not stand after an empty line.
    looks[at + 1] = ((here[of.FLAGS] & np.uint64(of.BLANK_LINE)) > 0) & (here[of.LINE].view(np.int64) == line)
    signs = flat.take(of.WORD * width + ring[[8, 7]])
    looks[at + 2 : at + 4] = np.where(units[::-1] > 0, signs, OUTSIDE)
    starts = np.concatenate([ring[7:10], (base + (units[0] & (SLOTS - 1)))[None]])
    counted = here[of.TOTALS] - flat.take(of.TOTALS * width + starts)
    sentence, _, whole_line, after_first = counted
    foreign = _field(counted[:2], "foreign")
    looks[at + 4] = _field(sentence, "number") > 0
    looks[at + 5] = np.minimum(_field(after_first, "name"), 4)
    looks[at + 6 : at + 8] = np.minimum(foreign, 3)
    looks[at + 8 : at + 10] = np.minimum(foreign, 2)
    last = np.maximum(here[of.FOREIGN].view(np.int64) - 1, units[0] - 1)
    looks[at + 10] = np.minimum(positions - last, 8)
    looks[at + 11] = _surroundings(whole_line)
    looks[at + 12] = np.minimum(_field(whole_line, "number"), 4)
    return looks


def _field(counted: Codes, name: str) -> Indices:
    """Take one count out of packed ones."""
    shift = np.uint64(FIELD * COUNTED.index(name))
    return np.asarray(((counted >> shift) & np.uint64((1 << FIELD) - 1)).view(np.int64))


def _surroundings(counted: Codes) -> Codes:
    """Tell what a word stands in, given what its line holds so far: one bit each, as `detectors.templates` has them."""
    odd = (counted[None] >> _PAIRS) & np.uint64(1)
    depth = _field(counted, "(") - _field(counted, ")")
    states = np.concatenate([odd.view(np.int64), [depth > 0, depth > 1]])
    return np.asarray((states * _BITS).sum(axis=0).view(np.uint64))
