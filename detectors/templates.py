"""The templates of the logistic detector: what is looked at of each word, for machines as codes, for people in words.

Most were found by what they add in cross-validation on labelled segments. Those that back off from words to stems,
shapes and counts of foreign words are there for writers who were not among the labels.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from detectors.reading import OUTSIDE, Codes, Flags, Indices, Reading, ending_of, hash_of, mix, shape_of, stem_of

_NUMBER = np.uint64(hash_of("0"))
_NAMES = np.array([hash_of("X"), hash_of("A"), hash_of("m")], dtype=np.uint64)
_OPENING, _CLOSING = (np.array([hash_of(sign) for sign in signs], dtype=np.uint64) for signs in ("([{“", ")]}”"))
_STAR, _QUOTE, _TICK, _DOLLAR = (
    np.array([hash_of(sign) for sign in signs], np.uint64) for signs in ("*", '"“”', "`", "$")
)
_STATES = ("emphasis", "quotation", "code", "formula", "brackets", "brackets in brackets")

Show = Callable[[int], str]


@dataclass(frozen=True, slots=True)
class Template:
    """One feature of every word of a text.

    Attributes
    ----------
    name
        What it looks at.
    codes
        Shape (words,), uint64: what it saw.
    show
        What it saw of one word, given the word's index, as people write it.
    """

    name: str
    codes: Codes
    show: Show


def templates(reading: Reading, lookahead: int) -> Iterator[Template]:
    """Yield the templates: always the same ones in the same order, and those of a look-ahead after all others."""
    yield from _near(reading)
    yield from _since(reading, "sentence", reading.sentence, 8)
    yield from _since(reading, "clause", reading.clause, 6)
    yield from _position(reading)
    yield from _familiar(reading)
    yield from _around(reading)
    for distance in range(1, lookahead + 1):
        yield from _ahead(reading, distance)


def _near(reading: Reading) -> Iterator[Template]:
    """Look at the word and its neighbours to the left, alone and in sequence."""
    word, shape, stem, index = reading.word, reading.shape, reading.stem, reading.index
    here = index + 1
    yield Template("word", word.codes, _words(reading, index, here))
    yield Template("shape", shape.codes, _words(reading, index, here, shape_of))
    yield Template("ending", reading.ending, _words(reading, index, here, ending_of))
    yield Template("stem", stem.codes, _words(reading, index, here, stem_of))
    for distance in (1, 2):
        name = f"word {distance} left"
        yield Template(name, reading.at(word.codes, -distance), _words(reading, index - distance, here - distance))
    yield Template("stem 1 left", reading.at(stem.codes, -1), _words(reading, index - 1, index, stem_of))
    for length in range(1, 6):
        start = reading.left(length)
        yield Template(f"{length} left + word", word.stretch(start, here), _words(reading, start, here))
        if length in {2, 3}:
            yield Template(f"{length} left", word.stretch(start, index), _words(reading, start, index))
            joined = _words(reading, start, here, shape_of)
            yield Template(f"shapes and blanks of {length} left + word", reading.joined.stretch(start, here), joined)
        if length in {1, 2, 3}:
            name = f"stems of {length} left + word"
            yield Template(name, stem.stretch(start, here), _words(reading, start, here, stem_of))
    start = reading.left(2)
    yield Template("shapes of 2 left + word", shape.stretch(start, here), _words(reading, start, here, shape_of))


def _since(reading: Reading, unit: str, start: Indices, far: int) -> Iterator[Template]:
    """Look at how the sentence or clause began, how far back that is, and the whole of it while short."""
    word, stem, index = reading.word, reading.stem, reading.index
    distance = reading.since(start, far)
    yield Template(f"words since the {unit} began", distance, _number(distance))
    near = reading.since(start, 3)
    yield Template(
        f"word, words since the {unit} began",
        mix(word.codes, near),
        _both(_words(reading, index, index + 1), _number(near)),
    )
    for length in range(1, 4):
        stop, before = np.minimum(start + length, index + 1), np.minimum(start + length, index)
        name = f"first {length} of the {unit}" if length > 1 else f"first word of the {unit}"
        opening, opening_before = _words(reading, start, stop), _words(reading, start, before)
        word_here = _words(reading, index, index + 1)
        yield Template(
            f"{name}, words since", mix(word.stretch(start, stop), distance), _both(opening, _number(distance))
        )
        yield Template(f"{name}, word", mix(word.stretch(start, before), word.codes), _both(opening_before, word_here))
    stop, eight = np.minimum(start + 8, index + 1), reading.since(start, 8)
    yield Template(f"{unit} so far", mix(word.stretch(start, stop), eight), _words(reading, start, stop))
    yield Template(
        f"stems of the {unit} so far", mix(stem.stretch(start, stop), eight), _words(reading, start, stop, stem_of)
    )
    two = np.minimum(start + 2, index + 1)
    yield Template(
        f"stems of the first 2 of the {unit}, words since",
        mix(stem.stretch(start, two), distance),
        _both(_words(reading, start, two, stem_of), _number(distance)),
    )


def _position(reading: Reading) -> Iterator[Template]:
    """Look at line starts, the signs before clause and sentence, and the numbers and names of the sentence so far."""
    word, shape = reading.word.codes, reading.shape.codes
    here = _words(reading, reading.index, reading.index + 1)
    yield Template("a line begins", reading.breaks.astype(np.uint64), _flag(reading.breaks))
    for unit, start in (("clause", reading.clause), ("sentence", reading.sentence)):
        sign = np.where(start > 0, word[np.maximum(start - 1, 0)], OUTSIDE)
        shown = _words(reading, start - 1, start)
        yield Template(f"sign before the {unit}, word", mix(sign, word), _both(shown, here))
        if unit == "sentence":
            near = reading.since(start, 3)
            yield Template(f"sign before the {unit}, words since", mix(sign, near), _both(shown, _number(near)))
    numbers = reading.count(shape == _NUMBER, reading.sentence) > 0
    yield Template("numbers in the sentence so far", numbers.astype(np.uint64), _flag(numbers))
    names = np.minimum(reading.count(np.isin(shape, _NAMES), reading.sentence + 1), 4).astype(np.uint64)
    yield Template("names in the sentence so far", names, _number(names))


def _familiar(reading: Reading) -> Iterator[Template]:
    """Count the words that are not familiar: narration has hardly any, the task is made of them."""
    word, foreign, index = reading.word.codes, reading.foreign, reading.index
    here = _words(reading, index, index + 1)
    for unit, start, far in (("sentence", reading.sentence, 8), ("clause", reading.clause, 6)):
        count = reading.count(foreign, start)
        three, two, distance = (
            np.minimum(count, 3).astype(np.uint64),
            np.minimum(count, 2).astype(np.uint64),
            reading.since(start, far),
        )
        name = f"foreign words in the {unit} so far"
        yield Template(name, three, _number(three))
        yield Template(f"{name}, words since it began", mix(two, distance), _both(_number(two), _number(distance)))
        yield Template(f"{name}, word", mix(two, word), _both(_number(two), here))
        yield Template(
            f"{name}, stem",
            mix(two, reading.stem.codes),
            _both(_number(two), _words(reading, index, index + 1, stem_of)),
        )
    last = np.maximum.accumulate(np.where(foreign, index, -1))
    run = np.minimum(index - np.maximum(last, reading.sentence - 1), 8).astype(np.uint64)
    yield Template("familiar words up to here", run, _number(run))
    yield Template("familiar words up to here, word", mix(run, word), _both(_number(run), here))


def _around(reading: Reading) -> Iterator[Template]:
    """Look at what the word stands in: emphasis, quotation, code, formula, brackets, a list or paragraph."""
    word, shape, index, line = reading.word.codes, reading.shape, reading.index, reading.line
    pairs = [(reading.count(np.isin(word, sign), line) & 1) > 0 for sign in (_STAR, _QUOTE, _TICK, _DOLLAR)]
    depth = reading.count(np.isin(word, _OPENING), line) - reading.count(np.isin(word, _CLOSING), line)
    states = np.stack([*pairs, depth > 0, depth > 1])
    state = (states * (1 << np.arange(len(states)))[:, None]).sum(axis=0).astype(np.uint64)
    here = _words(reading, index, index + 1)

    def inside(at: int) -> str:
        return " and ".join(name for name, held in zip(_STATES, states[:, at], strict=True) if held) or "nothing"

    yield Template("inside", state, inside)
    yield Template("inside, word", mix(state, word), _both(inside, here))
    two = np.minimum(line + 2, index + 1)
    near = reading.since(line, 4)
    shapes = _words(reading, line, two, shape_of)
    yield Template(
        "shapes the line begins with, words since", mix(shape.stretch(line, two), near), _both(shapes, _number(near))
    )
    empty = reading.blank[line]
    three = reading.since(line, 3)
    yield Template(
        "after an empty line, words since the line began",
        mix(empty.astype(np.uint64), three),
        _both(_flag(empty), _number(three)),
    )
    numbers = np.minimum(reading.count(shape.codes == _NUMBER, line), 4).astype(np.uint64)
    yield Template("numbers in the line so far", numbers, _number(numbers))


def _ahead(reading: Reading, distance: int) -> Iterator[Template]:
    """Look at the word so many words to the right, alone and with what stands between."""
    word, index = reading.word, reading.index
    stop, after = reading.right(distance), np.minimum(index + 1, reading.right(distance))
    there, then = index + distance, index + distance + 1
    name = f"{distance} right"
    yield Template(f"word {name}", reading.at(word.codes, distance), _words(reading, there, then))
    yield Template(f"shape {name}", reading.at(reading.shape.codes, distance), _words(reading, there, then, shape_of))
    yield Template(f"word + {name}", word.stretch(index, stop), _words(reading, index, stop))
    if distance > 1:
        yield Template(name, word.stretch(after, stop), _words(reading, after, stop))
    for length in (1, 2):
        start = reading.left(length)
        yield Template(f"{length} left + word + {name}", word.stretch(start, stop), _words(reading, start, stop))
    coming = reading.count(reading.foreign, after, stop).astype(np.uint64)
    yield Template(f"foreign words among {name}", coming, _number(coming))
    here = _words(reading, index, index + 1)
    yield Template(f"foreign words among {name}, word", mix(coming, word.codes), _both(_number(coming), here))
    so_far = np.minimum(reading.count(reading.foreign, reading.sentence), 2).astype(np.uint64)
    left_in_line = (stop - index).astype(np.uint64)
    yield Template(
        f"foreign words among {name}, in the sentence so far",
        mix(mix(coming, so_far), left_in_line),
        _both(_number(coming), _number(so_far)),
    )


def _words(reading: Reading, start: Indices, stop: Indices, view: Callable[[str], str] = str) -> Show:
    def show(at: int) -> str:
        first, last = max(int(start[at]), 0), int(stop[at])
        return (
            "'"
            + " ".join(
                view(part.text.lower() if view is not shape_of else part.text) for part in reading.words[first:last]
            )
            + "'"
        )

    return show


def _number(values: Codes) -> Show:
    return lambda at: str(int(values[at]))


def _flag(values: Flags) -> Show:
    return lambda at: "yes" if values[at] else "no"


def _both(first: Show, second: Show) -> Show:
    return lambda at: f"{first(at)}, {second(at)}"
