"""Two corpora without labels -> a lexicon of both writers' style.

Two sources of evidence are joined. A seed list of discourse markers (`analysis.markers`) says what markers, lead-ins
and sentences of narration look like; the corpora say which of them these two writers use. And where the writers' words
outside the task are mostly not shared, what only one of them writes is style, whatever the language.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain

from analysis.fitting import fit_lexicon
from analysis.labels import LabelledText
from analysis.markers import Markers, read_markers
from detectors.base import Detector
from detectors.errors import DataError
from detectors.lexicon import CLAUSE_MARKS, CLAUSE_START, LexiconDetector, line_starts, normalise
from detectors.spans import SENTENCE_ENDS, words

_MARKER, _LEAD_IN, _NARRATION, _EXCLUSIVE = 0.9, 0.8, 0.7, 0.95
_LONGEST_LEAD_IN, _LONGEST_SENTENCE = 10, 12
_SIGNS = frozenset(".,;:!?…")
_APART = 0.5
"""The share of exclusive words, among those outside the task, from which the writers count as wholly apart."""


@dataclass(slots=True)
class _Corpus:
    """What one writer's texts hold: in how many texts each word stands, and how often in all."""

    texts: int = 0
    spread: Counter[str] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)


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
    student, teacher
        The thinking texts of the two writers; best on the same questions.
    prompts
        The questions: their words belong to the task and are never taken for style on their own.
    markers
        The seed list; English by default.
    threshold
        The least weight of a style phrase: markers weigh 0.9, lead-ins 0.8, sentences of narration 0.7.
    causal
        Whether to read nothing to the right. The lexicon with look-ahead then labels the texts, and a causal one is
        fitted to these weak labels, for only they tell how likely "the" goes on to "the user wants".

    Raises
    ------
    DataError
        When the texts hold no style phrase at all.
    """
    markers = markers or read_markers()
    texts = list(student), list(teacher)
    phrases: dict[str, float] = {}
    corpora = _Corpus(), _Corpus()
    for corpus, written in zip(corpora, texts, strict=True):
        for text in written:
            _read(text, corpus, markers, phrases)
    task = {normalise(word.text) for prompt in prompts for word in words(prompt)}
    exclusive = dict.fromkeys(sorted(_exclusive_words(*corpora, task)), _EXCLUSIVE)
    phrases |= exclusive
    if not phrases:
        raise DataError("no style phrase in these traces", advice="is the seed list for their language?")
    lexicon = LexiconDetector(dict(sorted(phrases.items())), threshold=threshold)
    if not causal:
        return lexicon
    fitted = fit_lexicon(weak_labels(lexicon, chain(*texts)), threshold=threshold, causal=True)
    return LexiconDetector(fitted.phrases | exclusive, threshold=threshold, causal=True) if exclusive else fitted


def weak_labels(detector: Detector, texts: Iterable[str]) -> list[LabelledText]:
    """Label texts with what a detector finds in them, so that another can be fitted to it."""
    return [LabelledText(str(number), text, tuple(detector.spans(text))) for number, text in enumerate(texts) if text]


def _read(text: str, corpus: _Corpus, markers: Markers, phrases: dict[str, float]) -> None:
    """Count the words of a text and gather the phrases at its clause starts."""
    parts = words(text)
    spelled = [normalise(word.text) for word in parts]
    corpus.texts += 1
    corpus.counts.update(spelled)
    corpus.spread.update(set(spelled))
    breaks = line_starts(text, parts)
    ends = sorted(breaks | {len(parts)})
    line = 0
    open_until = 0
    for index in range(len(spelled)):
        if index >= ends[line]:
            line += 1
        after_mark = index == 0 or index in breaks or spelled[index - 1] in CLAUSE_MARKS
        if after_mark or index <= open_until:
            found = _phrases_at(spelled[index : min(ends[line], index + _LONGEST_SENTENCE)], markers)
            for phrase, weight in found:
                phrases.setdefault(CLAUSE_START + phrase, weight)
                open_until = max(open_until, index + phrase.count(" ") + 1)


def _phrases_at(spelled: Sequence[str], markers: Markers) -> list[tuple[str, float]]:
    """Return the style phrases that begin with the first of these words, each with its weight."""
    found: list[tuple[str, float]] = []
    for length in range(1, 5):
        phrase = " ".join(spelled[:length])
        if length <= len(spelled) and phrase in markers.standing_alone:
            found.append((phrase, _MARKER))
            after = spelled[length] if length < len(spelled) else ""
            if after in {",", ":"} or (after in SENTENCE_ENDS and phrase in markers.interjections):
                found.append((f"{phrase} {after}", _MARKER))
    blanked = " ".join(spelled) + " "
    if match := markers.lead_in.match(" ".join(spelled[:_LONGEST_LEAD_IN]) + " "):
        phrase = match.group().rstrip()
        if " " in phrase:
            found.append((phrase, _LEAD_IN))
    if markers.opening.match(blanked):
        for index, word in enumerate(spelled):
            if word in SENTENCE_ENDS or word == ":":
                if index > 1:
                    found.append((" ".join(spelled[: index + 1]), _NARRATION))
                break
            if word not in markers.narrating and word != ",":
                break
    return found


def _exclusive_words(student: _Corpus, teacher: _Corpus, task: set[str]) -> set[str]:
    """Find the words and signs only one of two writers uses, if they are apart enough for that to mean style.

    A word is exclusive when it stands in at least 5 % of one writer's texts and at most a tenth as often in the
    other's. Real models share most of their words, and then exclusive words are topics as often as style. Only when
    exclusive words are the greater part of all words outside the task are they taken: never digits or operators.
    """
    pairs = ((student, teacher), (teacher, student))
    found = {
        word
        for one, other in pairs
        for word, spread in one.spread.items()
        if word not in task
        and (word.isalpha() or word in _SIGNS or "'" in word)
        and spread >= max(2, 0.05 * one.texts)
        and other.spread[word] * one.texts <= 0.1 * spread * other.texts
    }
    outside = inside = 0
    for corpus in (student, teacher):
        for word, count in corpus.counts.items():
            if word[0].isalpha() and word not in task:
                outside += count
                inside += count if word in found else 0
    return found if outside and inside > _APART * outside else set()
