"""The words of a corpus: how widely they are spread, and which of them only one of two writers uses."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from detectors.places import normalise
from detectors.spans import words

_SIGNS = frozenset(".,;:!?…")
_SPREAD = 0.02
"""The share of a corpus's texts in which a common word stands."""
_APART = 0.5
"""The share of exclusive words, among those outside the task, from which the writers count as wholly apart."""


@dataclass(slots=True)
class Vocabulary:
    """What one writer's texts hold: in how many texts each word stands, and how often in all."""

    texts: int = 0
    spread: Counter[str] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Vocabulary":
        """Count the words of texts."""
        found = cls()
        for text in texts:
            spelled = [normalise(word.text) for word in words(text)]
            found.texts += 1
            found.counts.update(spelled)
            found.spread.update(set(spelled))
        return found


def common_words(student: Vocabulary, teacher: Vocabulary, asked: Vocabulary) -> frozenset[str]:
    """Find the words spread over the texts, at least three times as widely as over the questions."""
    texts = student.texts + teacher.texts
    spread = student.spread + teacher.spread
    return frozenset(
        word
        for word, count in spread.items()
        if word.isalpha()
        and count >= max(2, _SPREAD * texts)
        and count * max(1, asked.texts) >= 3 * asked.spread[word] * texts
    )


def exclusive_words(student: Vocabulary, teacher: Vocabulary, task: set[str]) -> set[str]:
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
    for one in (student, teacher):
        for word, count in one.counts.items():
            if word[0].isalpha() and word not in task:
                outside += count
                inside += count if word in found else 0
    return found if outside and inside > _APART * outside else set()
