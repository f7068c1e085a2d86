"""Labelled texts -> a lexicon."""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from analysis.evaluation.matching import flags
from analysis.labels import LabelledText
from detectors.errors import DataError
from detectors.lexicon import LexiconDetector
from detectors.places import PHRASE, line_starts, normalise, place_of
from detectors.spans import words

_LONGEST = 8
_DOUBT = 1.0
_STYLE_RATE = 0.3


@dataclass(frozen=True, slots=True)
class _Reading:
    """The words of a labelled text as phrases spell them, whether each is style, its place, and where lines begin."""

    spelled: list[str]
    style: list[bool]
    places: list[str]
    breaks: set[int]


@dataclass(slots=True)
class _Counts:
    """How often a phrase stood in the texts, how often its first word and all its words were style."""

    all: int = 0
    first: int = 0
    whole: int = 0


def fit_lexicon(labels: Sequence[LabelledText], *, threshold: float = 0.5, causal: bool = False) -> LexiconDetector:
    """Fit the weights of all phrases of up to eight words.

    The weight of a phrase is ``(style + 0.3) / (all + 1)``: how often all its words were style, among how often it
    stood there, drawn to 0.3 where there is little to go by. Kept are phrases that were style once, and as exceptions
    those that go one word on. In causal mode only places count where all words but the last were style, so a weight
    says how likely the style goes on. Every phrase is tied to the place where it stood.

    Parameters
    ----------
    labels
        Texts with their true spans.
    threshold, causal
        See `LexiconDetector`.

    Raises
    ------
    DataError
        When there is no style phrase in the labels.
    """
    readings = [_read(label) for label in labels]
    known = {phrase for reading in readings for phrase in _style_phrases(reading)}
    if not known:
        raise DataError("no style phrase in the labels", advice="are the spans empty?")
    counts: dict[str, _Counts] = {}
    for reading in readings:
        _count(reading, known, counts, causal=causal)
    weights = {phrase: _weigh(count.whole, count.all) for phrase, count in counts.items()}
    if causal:
        kept = _reachable(weights, threshold)
    else:
        kept = {phrase: weight for phrase, weight in weights.items() if weight >= threshold}
        first = {phrase: _weigh(count.first, count.all) for phrase, count in counts.items()}
        exceptions = (phrase for phrase in weights if first[phrase] < threshold and _beginnings(phrase) & kept.keys())
        kept |= {phrase: weights[phrase] for phrase in list(exceptions)}
    return LexiconDetector(dict(sorted((kept or weights).items())), threshold=threshold, causal=causal)


def _weigh(style: int, total: int) -> float:
    return round((style + _DOUBT * _STYLE_RATE) / (total + _DOUBT), 4)


def _read(label: LabelledText) -> _Reading:
    parts = words(label.text)
    style = flags(len(label.text), [(word.start, word.end) for word in parts], label.spans).tolist()
    spelled = [normalise(word.text) for word in parts]
    breaks = line_starts(label.text, parts)
    places = [
        place_of(spelled[index - 1] if index else None, new_line=index in breaks)
        or (PHRASE if index and style[index - 1] else "")
        for index in range(len(parts))
    ]
    return _Reading(spelled, style, places, breaks)


def _grow(reading: _Reading, index: int) -> Iterator[tuple[int, str]]:
    """Yield the phrases that begin at a word, shortest first, each with the index of its last word."""
    phrase = reading.places[index]
    for end in range(index, min(len(reading.spelled), index + _LONGEST)):
        if end > index and end in reading.breaks:
            return
        phrase += reading.spelled[end] if end == index else " " + reading.spelled[end]
        yield end, phrase


def _style_phrases(reading: _Reading) -> Iterator[str]:
    for index, style in enumerate(reading.style):
        for end, phrase in _grow(reading, index) if style else ():
            if not reading.style[end]:
                break
            yield phrase


def _count(reading: _Reading, known: AbstractSet[str], counts: dict[str, _Counts], *, causal: bool) -> None:
    """Count the known phrases of a text, and those one word longer."""
    for index, first in enumerate(reading.style):
        whole = True
        for end, phrase in _grow(reading, index):
            if (causal and not whole) or (end == index and phrase not in known):
                break
            whole = whole and reading.style[end]
            count = counts.setdefault(phrase, _Counts())
            count.all += 1
            count.first += first
            count.whole += whole
            if phrase not in known:
                break


def _beginnings(phrase: str) -> set[str]:
    """Return the shorter phrases a phrase begins with."""
    found = set()
    while " " in phrase:
        phrase = phrase.rpartition(" ")[0]
        found.add(phrase)
    return found


def _reachable(weights: Mapping[str, float], threshold: float) -> dict[str, float]:
    """Keep the phrases all of whose beginnings are style: a causal reading never gets to the others."""
    kept: dict[str, float] = {}
    for phrase in sorted(weights, key=lambda phrase: (phrase.count(" "), phrase)):
        shorter = phrase.rpartition(" ")[0]
        if not shorter or kept.get(shorter, 0.0) >= threshold:
            kept[phrase] = weights[phrase]
    return kept
