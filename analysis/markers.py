"""Seed lists of discourse markers, one a language: what style looks like before any corpus is seen."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path

from detectors.errors import DataError, UsageError
from detectors.lexicon import normalise
from detectors.spans import words

_FOLDER = Path(__file__).parent / "markers"


def spell(text: str) -> str:
    """Write a text as phrases are written: its words in lower case, joined by blanks."""
    return " ".join(normalise(word.text) for word in words(text))


@dataclass(frozen=True)
class Markers:
    """The markers of one language, by what they do.

    Attributes
    ----------
    connectives, interjections, hedges
        Style on their own where they open a clause: "therefore", "hmm", "maybe".
    subjects, modals, adverbs, mental_verbs, complements
        The parts of a lead-in, in this order: "we" "need to" "also" "check" "whether".
    reporters, reports
        Who says what: "the problem" "states".
    openers
        How a sentence of narration may begin besides with a marker or a subject: "that's".
    narration
        Words such a sentence may hold; one word outside this list, and it speaks of the task.
    """

    connectives: tuple[str, ...]
    interjections: tuple[str, ...]
    hedges: tuple[str, ...]
    subjects: tuple[str, ...]
    modals: tuple[str, ...]
    adverbs: tuple[str, ...]
    mental_verbs: tuple[str, ...]
    complements: tuple[str, ...]
    reporters: tuple[str, ...]
    reports: tuple[str, ...]
    openers: tuple[str, ...]
    narration: tuple[str, ...]

    @cached_property
    def standing_alone(self) -> frozenset[str]:
        """Every marker that is style by itself."""
        return frozenset((*self.connectives, *self.interjections, *self.hedges))

    @cached_property
    def lead_in(self) -> re.Pattern[str]:
        """What matches a lead-in of two words or more, each word followed by a blank."""
        parts = (
            _choice(self.subjects),
            _choice(self.adverbs) + "{0,2}",
            _choice(self.modals) + "{0,2}",
            _choice(self.adverbs) + "?",
            _choice(self.mental_verbs) + "?",
            _choice(self.complements) + "?",
        )
        report = _choice(self.reporters) + _choice(self.adverbs) + "?" + _choice(self.reports)
        return re.compile("".join(parts) + "|" + report + _choice(self.complements) + "?")

    @cached_property
    def narrating(self) -> frozenset[str]:
        """Every word that a sentence of narration may hold."""
        return frozenset(
            word for field in fields(self) for phrase in getattr(self, field.name) for word in phrase.split()
        )

    @cached_property
    def opening(self) -> re.Pattern[str]:
        """What matches the beginning of a sentence of narration, each word followed by a blank."""
        return re.compile(_choice((*self.standing_alone, *self.subjects, *self.reporters, *self.openers)))


def _choice(phrases: Iterable[str]) -> str:
    ordered: Sequence[str] = sorted(phrases, key=lambda phrase: (-len(phrase), phrase))
    return "(?:" + "|".join(re.escape(phrase) + " " for phrase in ordered) + ")"


def read_markers(language: str = "en") -> Markers:
    """Read a seed list: one that comes with tessy, by its language, or a JSON file of the same form, by its path.

    Raises
    ------
    UsageError
        When there is no such list.
    DataError
        When the file is not one.
    """
    path = Path(language) if language.endswith(".json") else _FOLDER / f"{language}.json"
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        lists = {field.name: content[field.name] for field in fields(Markers)}
    except FileNotFoundError:
        known = ", ".join(sorted(file.stem for file in _FOLDER.glob("*.json")))
        raise UsageError(f"no seed list {language!r}", advice=f"known: {known}; or give a .json file") from None
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(
            f"not a seed list: {error!r}", where=str(path), advice="see analysis/markers/en.json"
        ) from error
    for name, phrases in lists.items():
        if not isinstance(phrases, list) or not all(isinstance(phrase, str) for phrase in phrases):
            raise DataError(f"{name!r} must be a list of phrases", where=str(path))
    return Markers(**{name: tuple(map(spell, phrases)) for name, phrases in lists.items()})
