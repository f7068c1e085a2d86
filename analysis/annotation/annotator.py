"""One annotator and one segment: asked until the answer can be used, or the tries are over."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from analysis.annotation.answers import read_answer
from analysis.annotation.choices import PromptName
from analysis.annotation.completion import Complete, Completion
from analysis.annotation.faults import AnnotationError, AnswerError, CutOffAnswerError, NoAnswerError
from analysis.annotation.locating import Located, locate
from analysis.annotation.prompts import correction, question
from analysis.annotation.segments import TraceSegment


@dataclass(frozen=True, slots=True)
class Failure:
    """A fault, and the raw answer that had it; empty when the endpoint gave none."""

    error: AnnotationError
    answer: str = ""

    def as_row(self) -> dict[str, str]:
        """Return what an error row says of it."""
        return {"type": type(self.error).__name__, "message": str(self.error), "answer": self.answer}


@dataclass(frozen=True, slots=True)
class Annotation:
    """What became of one segment.

    Attributes
    ----------
    segment
        The segment.
    located
        Its style spans; None when every try failed.
    failures
        The faults on the way, in order.
    prompt_tokens, completion_tokens
        What all tries together used, as far as the endpoint says.
    """

    segment: TraceSegment
    located: Located | None
    failures: tuple[Failure, ...] = ()
    prompt_tokens: int = 0
    completion_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Annotator:
    """A model that lists style spans, with its prompt.

    Attributes
    ----------
    name
        What its rows call it.
    prompt
        The prompt it is given.
    complete
        Sends a dialogue to the model.
    tries
        How many answers it may give for one segment; at least 1.
    """

    name: str
    prompt: PromptName
    complete: Complete
    tries: int = 3

    async def annotate(self, segment: TraceSegment) -> Annotation:
        """Ask for the style spans of a segment; never raises for a fault, but tells it."""
        failures: list[Failure] = []
        used: list[Completion] = []
        located: Located | None = None
        asked = question(self.prompt, segment.text)
        dialogue = asked
        while located is None and len(failures) < self.tries:
            try:
                used.append(await self.complete(dialogue))
                located = _read(used[-1], segment.text)
            except AnswerError as error:
                failures.append(Failure(error, used[-1].text))
                dialogue = correction(asked, used[-1].text, error)
            except NoAnswerError as error:
                failures.append(Failure(error))
                break
        return Annotation(
            segment,
            located,
            tuple(failures),
            sum(completion.prompt_tokens for completion in used),
            sum(completion.completion_tokens for completion in used),
        )

    def row(self, annotation: Annotation) -> Mapping[str, Any]:
        """Make the row of a segment: one `analysis.labels.read_labels` reads, or the one of its faults."""
        segment = annotation.segment
        row: dict[str, Any] = {"id": segment.id, "model": segment.model, "question": segment.question}
        row |= {"text": segment.text, "annotator": self.name, "prompt": self.prompt.value}
        if annotation.located is None:
            *earlier, last = (failure.as_row() for failure in annotation.failures)
            return row | {"error": last, "earlier": earlier}
        spans = [[span.start, span.end] for span in annotation.located.spans]
        return row | {"spans": spans, "ambiguous": annotation.located.ambiguous}


def _read(completion: Completion, text: str) -> Located:
    if completion.cut_off:
        raise CutOffAnswerError(
            "the answer was cut off at the limit of tokens",
            advice="answer with the JSON array alone",
        )
    return locate(text, read_answer(completion.text))
