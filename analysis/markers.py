"""Seed lists of discourse markers, one a language: what style looks like before any corpus is seen."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Any

from detectors.errors import DataError, UsageError
from detectors.places import normalise
from detectors.spans import words

_FOLDER = Path(__file__).parent / "markers"
_TEMPLATES = ("lead_ins", "elided", "reported")
_ADVICE = "see analysis/markers/en.json"


def spell(text: str) -> str:
    """Write a text as phrases are written: its words in lower case, joined by blanks."""
    return " ".join(normalise(word.text) for word in words(text))


@dataclass(frozen=True)
class Markers:
    """The markers of one language, by what they do; a category a language lacks is empty.

    Attributes
    ----------
    connectives, interjections, hedges
        Style on their own where they open a clause: "therefore", "hmm", "maybe".
    verdicts
        Style where a sign follows, and not where they are the result of a check ("7 is odd: yes"): "right", "no".
    sequencers
        Style at the start of a sentence, and inside one only before a clause: "then".
    pronouns
        Words that tell that a clause begins: "then" | "it" ...
    conditions, consequents
        Where a condition stands before it in the sentence, a consequent is logic, not style: "if" ... "then".
    coordinators
        Words after which a lead-in may stand inside a sentence: "and".
    self_talk
        The writer turns to the work: "let me". Style whatever follows.
    subjects, modals, bare_modals, adverbs, mental_verbs, complements, reporters, reports
        The parts of lead-ins: "we" "need to" "also" "check" "whether"; "the problem" "states". The bare modals are
        those that open a clause without their subject.
    openers
        How a sentence of narration may begin besides with a marker or a subject: "that's".
    narration
        Words such a sentence may hold; one word outside this list, and it speaks of the task.
    lead_ins, elided, reported
        The orders in which the parts stand, as names of categories with ``?`` (may lack) or ``*`` (up to twice):
        ``subjects adverbs* modals* mental_verbs? complements?``. Elided lead-ins have no subject and stand only at the
        start of a sentence or after other style; in reported ones another speaks.
    """

    connectives: tuple[str, ...] = ()
    interjections: tuple[str, ...] = ()
    hedges: tuple[str, ...] = ()
    verdicts: tuple[str, ...] = ()
    sequencers: tuple[str, ...] = ()
    pronouns: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    consequents: tuple[str, ...] = ()
    coordinators: tuple[str, ...] = ()
    self_talk: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    modals: tuple[str, ...] = ()
    bare_modals: tuple[str, ...] = ()
    adverbs: tuple[str, ...] = ()
    mental_verbs: tuple[str, ...] = ()
    complements: tuple[str, ...] = ()
    reporters: tuple[str, ...] = ()
    reports: tuple[str, ...] = ()
    openers: tuple[str, ...] = ()
    narration: tuple[str, ...] = ()
    lead_ins: tuple[str, ...] = ()
    elided: tuple[str, ...] = ()
    reported: tuple[str, ...] = ()

    @cached_property
    def standing_alone(self) -> frozenset[str]:
        """Every marker that is style by itself."""
        return frozenset((*self.connectives, *self.sequencers, *self.interjections, *self.hedges, *self.verdicts))

    @cached_property
    def narrating(self) -> frozenset[str]:
        """Every word that a sentence of narration may hold."""
        phrases = (
            phrase for field in fields(self) if field.name not in _TEMPLATES for phrase in getattr(self, field.name)
        )
        return frozenset(word for phrase in phrases for word in phrase.split())


def read_markers(language: str = "en") -> Markers:
    """Read a seed list: one that comes with tessy, by its language, or a JSON file of the same form, by its path.

    Raises
    ------
    UsageError
        When there is no such list.
    DataError
        When the file is not one; names the category.
    """
    path = Path(language) if language.endswith(".json") else _FOLDER / f"{language}.json"
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        known = ", ".join(sorted(file.stem for file in _FOLDER.glob("*.json")))
        raise UsageError(f"no seed list {language!r}", advice=f"known: {known}; or give a .json file") from None
    except (OSError, ValueError) as error:
        raise DataError(f"not a seed list: {error}", where=str(path), advice=_ADVICE) from error
    categories = content.get("categories") if isinstance(content, dict) else None
    if not isinstance(categories, dict) or not categories:
        raise DataError("not a seed list: no 'categories'", where=str(path), advice=_ADVICE)
    return Markers(**{name: _phrases(name, category, str(path)) for name, category in categories.items()})


def _phrases(name: str, category: Any, where: str) -> tuple[str, ...]:
    known = [field.name for field in fields(Markers)]
    if name not in known:
        raise DataError(f"unknown category {name!r}", where=where, advice=f"known: {', '.join(known)}")
    phrases = category.get("phrases") if isinstance(category, Mapping) else category
    if not isinstance(phrases, list) or not all(isinstance(phrase, str) for phrase in phrases):
        raise DataError(f"{name!r} must be a list of phrases", where=where)
    if name not in _TEMPLATES:
        return tuple(spelled for phrase in phrases if (spelled := spell(phrase)))
    for token in " ".join(phrases).split():
        if (
            token.rstrip("?*") not in known
            or token.rstrip("?*") in _TEMPLATES
            or token.count("?") + token.count("*") > 1
        ):
            raise DataError(
                f"{token!r} in {name!r} names no category", where=where, advice=f"known: {', '.join(known)}"
            )
    return tuple(phrases)
