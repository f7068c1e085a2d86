"""Labelled texts with their markers exchanged for others of the same use.

A detector fitted to two writers knows the markers these two use. Texts in which "however" has become "nevertheless",
and "the user wants" "the question asks", teach it the rest of the seed list where such words stand.
"""

from collections.abc import Mapping, Sequence
from random import Random

from analysis.labels import LabelledText
from analysis.markers import Markers
from detectors.places import normalise
from detectors.spans import Span, words

_EXCHANGED = ("connectives", "hedges", "interjections", "verdicts", "sequencers", "self_talk", "reporters", "reports")


class Variation:
    """Exchanges markers of labelled texts.

    Parameters
    ----------
    markers
        The seed list: a phrase is exchanged for another of its first category.
    share
        How many of the phrases found are exchanged, in 0..1.
    seed
        The seed of the choice.
    """

    def __init__(self, markers: Markers, *, share: float = 0.5, seed: int = 0) -> None:
        self._chance = Random(seed)  # noqa: S311 - no secret hangs on it
        self._share = share
        self._others: Mapping[str, Sequence[str]] = {
            phrase: getattr(markers, name) for name in reversed(_EXCHANGED) for phrase in getattr(markers, name)
        }
        self._longest = max((phrase.count(" ") + 1 for phrase in self._others), default=0)

    def of(self, label: LabelledText) -> LabelledText:
        """Return the text with some of the markers in its spans exchanged; its id ends with ``~``."""
        text, position = "", 0
        spans: list[Span] = []
        for span in label.spans:
            text += label.text[position : span.start]
            start = len(text)
            text += self._exchange(label.text[span.start : span.end])
            spans.append(Span(start, len(text), span.score))
            position = span.end
        return LabelledText(
            f"{label.id}~", text + label.text[position:], tuple(spans), model=label.model, question=label.question
        )

    def _exchange(self, text: str) -> str:
        parts = words(text)
        spelled = [normalise(part.text) for part in parts]
        exchanged, position, index = "", 0, 0
        while index < len(parts):
            length = self._length(spelled[index : index + self._longest])
            if length and self._chance.random() < self._share:
                other = self._chance.choice(self._others[" ".join(spelled[index : index + length])])
                exchanged += text[position : parts[index].start] + _written(other, parts[index].text[0].isupper())
                position = parts[index + length - 1].end
            index += length or 1
        return exchanged + text[position:]

    def _length(self, spelled: Sequence[str]) -> int:
        """Count the words of the longest phrase at the start of these."""
        lengths = range(len(spelled), 0, -1)
        return next((length for length in lengths if " ".join(spelled[:length]) in self._others), 0)


def _written(phrase: str, capital: bool) -> str:
    """Write a phrase as prose: no blank before a comma or inside an abbreviation, and a capital where there was one."""
    prose = phrase.replace(" ,", ",").replace(" .", ".").replace(". ", ".")
    return prose[0].upper() + prose[1:] if capital else prose
