"""Phrases of a seed list, alone or put together after its templates, matched at the start of a run of words."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product

from analysis.markers import Markers

_REPEATS = {"": "", "?": "?", "*": "{0,2}"}
_VERBS = frozenset({"modals", "mental_verbs"})
_REACH = 12
"""Words that a lead-in may have."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """What phrases may begin with, and what they look like: words in lower case, each followed by a blank."""

    first: frozenset[str]
    expression: re.Pattern[str]

    @classmethod
    def of_phrases(cls, phrases: Iterable[str]) -> "Pattern":
        """Match the longest of some phrases."""
        known = list(phrases)
        return cls(_first_words(known), re.compile(_choice(known)))

    @classmethod
    def of_templates(cls, markers: Markers, templates: Iterable[str]) -> "Pattern":
        """Match lead-ins built after any of the templates of a seed list."""
        first: set[str] = set()
        expressions: list[str] = []
        for template in templates:
            tokens = template.split()
            for token in tokens:
                first |= _first_words(_phrases(markers, token))
                if token.isidentifier():
                    break
            expressions.append(
                "".join(
                    _choice(_phrases(markers, token)) + _REPEATS[token[-1:] if token[-1] in "?*" else ""]
                    for token in tokens
                )
            )
        return cls(frozenset(first), re.compile("|".join(expressions) or "(?!)"))

    def length(self, words: Sequence[str]) -> int:
        """Count the words that the pattern takes from the start of these; 0 where it does not match."""
        if not words or words[0] not in self.first:
            return 0
        match = self.expression.match(" ".join(words[:_REACH]) + " ")
        return match.group().count(" ") if match else 0


def short_lead_ins(markers: Markers) -> frozenset[str]:
    """Return the lead-ins that have all parts their template asks for, and at most one modal or verb besides."""
    found = set(markers.self_talk)
    for template in (*markers.lead_ins, *markers.reported):
        tokens = template.split()
        needed = {token for token in tokens if token.isidentifier()}
        for added in (None, *(token for token in tokens if token.rstrip("?*") in _VERBS)):
            parts = [_phrases(markers, token) for token in tokens if token in needed or token == added]
            found.update(" ".join(phrases) for phrases in product(*parts) if len(phrases) > 1)
    return frozenset(found)


def _phrases(markers: Markers, token: str) -> Sequence[str]:
    phrases: Sequence[str] = getattr(markers, token.rstrip("?*"))
    return phrases


def _first_words(phrases: Iterable[str]) -> frozenset[str]:
    return frozenset(phrase.split()[0] for phrase in phrases)


def _choice(phrases: Iterable[str]) -> str:
    ordered = sorted(phrases, key=lambda phrase: (-len(phrase), phrase))
    return "(?:" + "|".join(re.escape(phrase) + " " for phrase in ordered) + ")" if ordered else "(?!)"
