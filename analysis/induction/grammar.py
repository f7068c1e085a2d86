"""Where style stands in a text, as a seed list tells it: markers, lead-ins and sentences of narration.

All of them begin where a clause begins: at the start of a text or line, after a sign, or right after other style. What
stands in quotation marks is never style.
"""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from analysis.induction.clauses import Reading
from analysis.induction.patterns import Pattern
from analysis.markers import Markers
from detectors.places import CLAUSE_MARKS, PHRASE, SENTENCE, SIGN
from detectors.spans import SENTENCE_ENDS, Span, from_words

MARKER: Final = 0.9
LEAD_IN: Final = 0.8
NARRATION: Final = 0.7
EXCLUSIVE: Final = 0.95
"""How sure each finding is: the order of these matters, and that all are above 0.5."""

_SENTENCE_WORDS, _STAGE_WORDS = 12, 10
_RESULTS = frozenset(":-–—→>=")


class Finding(NamedTuple):
    """Words [start, end) of a text that are style, and how surely, in 0..1."""

    start: int
    end: int
    weight: float


class Grammar:
    """Finds style by a seed list.

    Parameters
    ----------
    markers
        The seed list.
    common
        Words that are spread over the questions of the corpora, but not in the questions: a short sentence of
        self-talk may hold them.
    exclusive
        Words and signs that are style wherever they stand.
    """

    def __init__(
        self, markers: Markers, *, common: frozenset[str] = frozenset(), exclusive: frozenset[str] = frozenset()
    ) -> None:
        self.markers = markers
        self.exclusive = exclusive
        self._narrating = markers.narrating
        self._common = common | markers.narrating
        self._lead_in = Pattern.of_templates(markers, markers.lead_ins)
        self._elided = Pattern.of_templates(markers, markers.elided)
        self._reported = Pattern.of_templates(markers, markers.reported)
        subjects = (*markers.self_talk, *markers.subjects, *markers.reporters)
        self._opening = Pattern.of_phrases((*markers.standing_alone, *subjects, *markers.openers))
        self._markers = Pattern.of_phrases(markers.standing_alone)
        self._standing_alone = markers.standing_alone
        self._longest = max((phrase.count(" ") + 1 for phrase in markers.standing_alone), default=0)
        self._conditions = frozenset(markers.conditions)
        self._self_talk = frozenset(markers.self_talk)
        self._ending = frozenset((*markers.interjections, *markers.verdicts))
        self._verdicts = frozenset(markers.verdicts)
        self._only_before_sign = self._verdicts - {*markers.interjections}

    def spans(self, text: str) -> list[Span]:
        """Find the style spans of a text; a span's score is the mean of its words' confidences."""
        reading = Reading.of(text)
        return from_words(text, reading.parts, self.confidences(reading), 0.5)

    def confidences(self, reading: Reading) -> list[float]:
        """Return for each word how surely it is style, 0 where nothing says so."""
        found = [EXCLUSIVE if word in self.exclusive else 0.0 for word in reading.spelled]
        for finding in self.find(reading):
            for index in range(finding.start, finding.end):
                found[index] = max(found[index], finding.weight)
        return found

    def find(self, reading: Reading) -> Iterator[Finding]:
        """Yield what is style, from left to right."""
        index = sentence = 0
        chained = -1
        while index < len(reading.spelled):
            place = reading.place(index)
            if place == SENTENCE:
                sentence = index
            if index == chained:
                place = PHRASE
            length, weight = max(self.lengths(reading, index, place, sentence), default=(0, 0.0))
            if length:
                yield Finding(index, index + length, weight)
                chained = index + length
            index += length or 1

    def lengths(self, reading: Reading, index: int, place: str, sentence: int) -> list[tuple[int, float]]:
        """Return how many words from one on are style, and how surely, for each way to read them.

        Parameters
        ----------
        reading
            The text.
        index
            The word.
        place
            Where it stands, as `detectors.lexicon` names places: empty when no clause begins here.
        sentence
            The word its sentence begins with.
        """
        spelled = reading.spelled
        if index in reading.quoted or not (place or spelled[index - 1] in self.markers.coordinators):
            return []
        rest = reading.rest(index)
        lead_in = self._lead_in_length(rest, elided=place in {SENTENCE, PHRASE})
        if not place:
            return [(lead_in, LEAD_IN)] if lead_in else []
        if rest[0] == "*" and place == SENTENCE and (length := _stage_direction(reading, index, rest)):
            return [(length, NARRATION)]
        if rest[0] in self.markers.consequents and not self._conditions.isdisjoint(spelled[sentence:index]):
            return []
        found = (
            (self._narration_length(rest, lead_in), NARRATION),
            (lead_in, LEAD_IN),
            (self._reported.length(rest), LEAD_IN),
            (self._marker_length(rest, place, spelled[index - 1] if index else ""), MARKER),
        )
        return [(length, weight) for length, weight in found if length]

    def _lead_in_length(self, rest: Sequence[str], *, elided: bool) -> int:
        length = max(self._lead_in.length(rest), self._elided.length(rest) if elided else 0)
        if length == 1 and rest[0] not in self._self_talk:
            return 0
        return length + 1 if length and rest[length : length + 1] == [":"] else length

    def _marker_length(self, rest: Sequence[str], place: str, previous: str) -> int:
        """Return the length of the longest marker, with the sign that belongs to it."""
        longest = min(self._longest, len(rest)) if rest[0] in self._markers.first else 0
        for length in range(longest, 0, -1):
            phrase = " ".join(rest[:length])
            if phrase not in self._standing_alone:
                continue
            following = rest[length] if length < len(rest) else ""
            before_sign = not following or following in CLAUSE_MARKS
            if phrase in self._only_before_sign and not before_sign:
                continue
            if phrase in self._verdicts and previous in _RESULTS:
                continue
            if phrase in self.markers.sequencers and place == SIGN and not before_sign:
                clause = rest[length:]
                if following not in self.markers.pronouns and not self._lead_in_length(clause, elided=False):
                    continue
            if following in SENTENCE_ENDS and phrase in self._ending:
                return _through_signs(rest, length)
            return length + 1 if following in {",", ":"} else length
        return 0

    def _narration_length(self, rest: Sequence[str], lead_in: int) -> int:
        """Return the length of a whole sentence that says nothing of the task."""
        opened = rest[0] in self._opening.first and self._opening.length(rest) > 0
        if not (opened or lead_in):
            return 0
        for index, word in enumerate(rest[: _SENTENCE_WORDS + 1]):
            if word in SENTENCE_ENDS or word == ":":
                return max(index + 1, _through_signs(rest, index)) if index > 1 else 0
            if not (
                word == ","
                or (opened and word in self._narrating)
                or (lead_in and (index < lead_in or word in self._common))
            ):
                return 0
        return 0


def _through_signs(rest: Sequence[str], length: int) -> int:
    """Go on through the signs that end a sentence, of which there may be several: ``Hmm...``."""
    while length < len(rest) and rest[length] in SENTENCE_ENDS:
        length += 1
    return length


def _stage_direction(reading: Reading, index: int, rest: Sequence[str]) -> int:
    """Return the length of a remark between asterisks, such as ``*checks the notes*``."""
    if len(rest) < 4 or reading.parts[index].end != reading.parts[index + 1].start:
        return 0
    for length, word in enumerate(rest[1 : _STAGE_WORDS + 2], start=1):
        if word == "*":
            return length + 1 if length > 2 else 0
        if not word[0].isalpha() and word not in {"-", ",", "'"}:
            return 0
    return 0
