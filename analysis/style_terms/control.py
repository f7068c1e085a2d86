"""What keeps the topic out of the terms that tell two writers apart."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from analysis.corpus import CorpusTrace
from detectors.base import Detector
from detectors.places import normalise
from detectors.spans import complement, words


class Part(StrEnum):
    """Which part of a text is compared."""

    WHOLE = "whole"
    STYLE = "style"
    CAPABILITY = "capability"


@dataclass(frozen=True, slots=True)
class TopicControl:
    """How topic is kept out; nothing in it names a topic or a language.

    Attributes
    ----------
    mask_prompt
        Whether the words of a trace's own prompt are left out of it; no n-gram goes over one.
    least_questions
        The share of the questions, 0..1, in which the writer who uses a term more must use it. What is masked on a
        question does not stand there, so words that most prompts hold go too.
    most_deviation
        The most that term's deviation of proportions may be with that writer (Gries' DP, 0..1; see
        `analysis.measures.dispersion`): higher ones come in bursts.
    plain
        Whether terms must be made of words of letters, and of the signs ``. , ; : ! ?`` and dots: no numbers, no code.
    part
        Which part of the texts is compared: all, or what a detector takes for style, or the rest.
    detector
        Finds the style spans; needed for a part.
    longest
        The most words of a term, 1 to 5.

    Raises
    ------
    ValueError
        When a share is outside 0..1, `longest` outside 1..5, or a part is asked for without a detector.
    """

    mask_prompt: bool = True
    least_questions: float = 1 / 3
    most_deviation: float = 0.7
    plain: bool = True
    part: Part = Part.WHOLE
    detector: Detector | None = None
    longest: int = 3

    def __post_init__(self) -> None:
        for name in ("least_questions", "most_deviation"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} must lie in 0..1, got {getattr(self, name)}")
        if not 1 <= self.longest <= 5:
            raise ValueError(f"longest must lie in 1..5, got {self.longest}")
        if self.part != Part.WHOLE and self.detector is None:
            raise ValueError(f"the {self.part} part of a text is found by a detector, and there is none")

    @classmethod
    def off(cls, longest: int = 3) -> "TopicControl":
        """Return a control that lets everything pass: what a plain comparison of word lists shows."""
        return cls(mask_prompt=False, least_questions=0.0, most_deviation=1.0, plain=False, longest=longest)

    @classmethod
    def of_style(cls, detector: Detector, longest: int = 3) -> "TopicControl":
        """Look at a detector's style spans alone: a small part of a text, so a fifth of the questions is enough."""
        return cls(part=Part.STYLE, detector=detector, least_questions=0.2, longest=longest)

    @classmethod
    def induced(
        cls, student: Iterable[CorpusTrace], teacher: Iterable[CorpusTrace], longest: int = 3
    ) -> "TopicControl":
        """Return the strictest control: the style spans of a lexicon induced from the two writers' own traces.

        No labels are needed (`analysis.induction.induce_lexicon`, whose seed list is English).
        """
        from analysis.induction import induce_lexicon

        first, second = list(student), list(teacher)
        prompts = [trace.prompt for trace in [*first, *second] if trace.prompt]
        lexicon = induce_lexicon(
            [trace.thinking for trace in first], [trace.thinking for trace in second], prompts=prompts
        )
        return cls.of_style(lexicon, longest)

    def text(self, trace: CorpusTrace) -> str:
        """Return what is left of a trace's thinking; line feeds stand where something was, so no n-gram spans it."""
        text = self._part(trace.thinking)
        if not self.mask_prompt or not trace.prompt:
            return text
        asked = {normalise(word.text) for word in words(trace.prompt) if word.text[0].isalnum()}
        left, position = [], 0
        for word in words(text):
            if normalise(word.text) in asked:
                left.append(text[position : word.start])
                position = word.end
        return "\n".join([*left, text[position:]])

    def _part(self, text: str) -> str:
        if self.part == Part.WHOLE or self.detector is None:
            return text
        spans = self.detector.spans(text)
        if self.part == Part.CAPABILITY:
            spans = complement(spans, len(text))
        return "\n".join(text[span.start : span.end] for span in spans)

    def admits(self, term: str) -> bool:
        """Tell whether a term is spelled as the control wants."""
        return not self.plain or all(word in _SIGNS or _is_letters(word) for word in term.split(" "))


_SIGNS = frozenset(".,;:!?…")


def _is_letters(word: str) -> bool:
    return word.replace("'", "").isalpha()
