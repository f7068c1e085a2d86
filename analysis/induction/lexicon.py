"""Two corpora without labels -> the style of both writers: a grammar, and a lexicon of its phrases.

Two sources of evidence are joined. A seed list of discourse markers (`analysis.markers`) says what markers, lead-ins
and sentences of narration look like; the corpora say which of them these two writers use, and which words are spread
over all questions instead of belonging to one. And where the writers' words outside the task are mostly not shared,
what only one of them writes is style, whatever the language.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain

from analysis.fitting import fit_lexicon
from analysis.induction.clauses import LONGEST, Reading
from analysis.induction.grammar import EXCLUSIVE, LEAD_IN, MARKER, Grammar
from analysis.induction.patterns import short_lead_ins
from analysis.induction.vocabulary import Vocabulary, common_words, exclusive_words
from analysis.labels import LabelledText
from analysis.markers import Markers, read_markers
from detectors.errors import DataError
from detectors.lexicon import LexiconDetector
from detectors.places import CLAUSE_START, PHRASE, SENTENCE


def induce_grammar(
    student: Sequence[str],
    teacher: Sequence[str],
    *,
    prompts: Iterable[str] = (),
    markers: Markers | None = None,
) -> Grammar:
    """Find what tells the style of two writers from the task they work on.

    Parameters
    ----------
    student, teacher
        The thinking texts of the two writers; best on the same questions.
    prompts
        The questions: their words belong to the task and are never taken for style on their own.
    markers
        The seed list; English by default.
    """
    asked = Vocabulary.of(set(prompts))
    corpora = Vocabulary.of(student), Vocabulary.of(teacher)
    exclusive = exclusive_words(*corpora, set(asked.counts))
    return Grammar(markers or read_markers(), common=common_words(*corpora, asked), exclusive=frozenset(exclusive))


def induce_lexicon(
    student: Iterable[str],
    teacher: Iterable[str],
    *,
    prompts: Iterable[str] = (),
    markers: Markers | None = None,
    threshold: float = 0.5,
    causal: bool = False,
) -> LexiconDetector:
    """Find the style phrases of two writers.

    Parameters
    ----------
    student, teacher, prompts, markers
        See `induce_grammar`.
    threshold
        The least weight of a style phrase: how sure the grammar is of it (markers 0.9, lead-ins 0.8, sentences of
        narration 0.7), times how often it was style among how often it stood at this place.
    causal
        Whether to read nothing to the right. The lexicon is then fitted to what the grammar finds in the texts, for
        only they tell how likely "the" goes on to "the user wants".

    Raises
    ------
    DataError
        When the texts hold no style phrase at all.
    """
    texts = list(student), list(teacher)
    grammar = induce_grammar(*texts, prompts=prompts, markers=markers)
    exclusive = dict.fromkeys(sorted(grammar.exclusive), EXCLUSIVE)
    phrases = _phrases(grammar, chain(*texts)) | exclusive
    if not phrases:
        raise DataError("no style phrase in these traces", advice="is the seed list for their language?")
    if not causal:
        return LexiconDetector(dict(sorted((_unseen(grammar.markers) | phrases).items())), threshold=threshold)
    labels = [LabelledText("", text, tuple(grammar.spans(text))) for text in chain(*texts)]
    fitted = fit_lexicon(labels, threshold=threshold, causal=True)
    return LexiconDetector(fitted.phrases | exclusive, threshold=threshold, causal=True)


def _phrases(grammar: Grammar, texts: Iterable[str]) -> dict[str, float]:
    """Weigh the phrases the grammar finds, each tied to the place where it stood.

    A phrase counts as not style where it stood and the grammar took fewer words, or none.
    """
    found: Counter[str] = Counter()
    sure: dict[str, float] = {}
    starts: list[tuple[str, Sequence[str], int]] = []
    for text in texts:
        reading = Reading.of(text)
        ends: set[int] = set()
        sentence = 0
        for index in range(len(reading.spelled)):
            place = reading.place(index)
            sentence = index if place == SENTENCE else sentence
            if place := place or (PHRASE if index in ends else ""):
                rest = reading.rest(index)
                lengths = dict(grammar.lengths(reading, index, place, sentence))
                for length, weight in lengths.items():
                    phrase = place + " ".join(rest[:length])
                    found[phrase] += 1
                    sure[phrase] = weight
                    ends.add(index + length)
                starts.append((place, rest, max(lengths, default=0)))
    stood = +found
    for place, rest, length in starts:
        phrase = place + " ".join(rest[:length])
        for word in rest[length:LONGEST]:
            phrase += word if phrase == place else " " + word
            stood[phrase] += phrase in found
    return {phrase: round(sure[phrase] * count / stood[phrase], 4) for phrase, count in found.items()}


def _unseen(markers: Markers) -> dict[str, float]:
    """Weigh the markers and the short lead-ins of the seed list, for texts of writers that were not seen."""
    open_ended = markers.standing_alone - {*markers.verdicts, *markers.sequencers}
    alone = {CLAUSE_START + phrase for phrase in open_ended} | {SENTENCE + phrase for phrase in markers.sequencers}
    before_sign = {f"{phrase} ," for phrase in alone} | {
        f"{SENTENCE}{phrase} {sign}" for phrase in markers.verdicts for sign in ",."
    }
    return dict.fromkeys((CLAUSE_START + phrase for phrase in short_lead_ins(markers)), LEAD_IN) | dict.fromkeys(
        alone | before_sign, MARKER
    )
