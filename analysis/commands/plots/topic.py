"""Options that keep the topic out of terms, and the terms that are left."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from analysis.report.compared_corpus import ComparedCorpus
    from analysis.style_terms import StyleTerms, TopicControl


class Control(StrEnum):
    """What keeps the topic out of terms (docs/style-not-topic.md)."""

    STYLE = "style"
    SPREAD = "spread"
    OFF = "off"


SplitBy = Annotated[
    Path | None,
    typer.Option(
        help="Folder of a detector that finds style spans; without one they are induced.",
        metavar="DIR",
        show_default=False,
    ),
]
ControlBy = Annotated[
    Control,
    typer.Option(help="Keep topic out: terms of style spans alone; or of all the text, spread over questions; or not."),
]
Longest = Annotated[int, typer.Option(help="The most words of a term.", min=1, max=5)]
LeastQuestions = Annotated[
    float | None,
    typer.Option(help="The share of questions on which its writer must use a term.", min=0, max=1, show_default=False),
]
MostDeviation = Annotated[
    float | None,
    typer.Option(help="The most that a term's deviation of proportions may be.", min=0, max=1, show_default=False),
]


@dataclass(frozen=True, slots=True)
class Topic:
    """How topic is kept out, as the options say.

    Attributes
    ----------
    control
        Which control.
    detector
        The folder of the detector whose style spans are looked at; None induces a lexicon from the corpora.
    longest
        The most words of a term.
    least_questions, most_deviation
        As in `analysis.style_terms.TopicControl`; None leaves them as the control has them.
    """

    control: Control = Control.STYLE
    detector: Path | None = None
    longest: int = 3
    least_questions: float | None = None
    most_deviation: float | None = None

    def of(self, student: "ComparedCorpus", teacher: "ComparedCorpus") -> "TopicControl":
        """Return the control for two corpora.

        Raises
        ------
        UsageError
            When a detector is given that the control has no use for, or its folder is missing.
        """
        from analysis.style_terms import TopicControl
        from detectors.errors import UsageError
        from detectors.store import load

        if self.control is not Control.STYLE and self.detector is not None:
            raise UsageError(f"--control {self.control.value} looks at no style spans", advice="leave out --detector")
        if self.control is Control.OFF:
            control = TopicControl.off(self.longest)
        elif self.control is Control.SPREAD:
            control = TopicControl(longest=self.longest)
        elif self.detector is not None:
            control = TopicControl.of_style(load(self.detector), self.longest)
        else:
            control = TopicControl.induced(student.traces, teacher.traces, self.longest)
        if self.least_questions is not None:
            control = replace(control, least_questions=self.least_questions)
        if self.most_deviation is not None:
            control = replace(control, most_deviation=self.most_deviation)
        return control

    def terms(self, corpora: "Sequence[ComparedCorpus]", *, most: int, replicates: int, seed: int) -> "StyleTerms":
        """Find the terms that tell the first two corpora apart, at most `most` of each.

        Raises
        ------
        UsageError
            See `of`.
        DataError
            When they share fewer than two questions, no term is left, or none tells them apart.
        """
        from analysis.style_terms import style_terms
        from detectors.errors import DataError

        student, teacher = corpora[:2]
        control = self.of(student, teacher)
        found = style_terms(student.traces, teacher.traces, control, most=most, replicates=replicates, seed=seed)
        if not (found.student or found.teacher):
            raise DataError(f"no term tells {student.label} from {teacher.label}", advice="do their files differ?")
        return found
