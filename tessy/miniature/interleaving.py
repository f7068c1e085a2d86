"""A plain interleaving of the two models in which the truth about style decides the hand-over.

This is what a perfect detector would reach. It encodes the whole context anew in every round: slow, simple, and
independent of the synthesizer, so that the two can be compared.
"""

from collections.abc import Sequence

from detectors.spans import words
from tessy.miniature.lessons import turn
from tessy.miniature.sampling import Writer
from tessy.miniature.vocabulary import THINK_END
from tessy.miniature.world import Question, style_spans

_DRAFT_TOKENS = 20
_ANSWER_TOKENS = 16
_MAX_ROUNDS = 120


def kept(context: str, draft: str, style: bool) -> tuple[str, bool]:
    """Return what to keep of a draft, and whether the other model goes on.

    Parameters
    ----------
    context
        The thinking so far, which the draft continues.
    draft
        What the model proposes, without the end of thinking.
    style
        Whether the writer writes style; the first word of the other kind ends the draft.
    """
    text = context + draft
    spans = style_spans(text)
    drafted = [word for word in words(text) if word.end > len(context)]
    for index, word in enumerate(drafted):
        if any(span.start <= word.start < span.end for span in spans) != style:
            return (text[len(context) : drafted[index - 1].end] if index else ""), True
    # The last word may go on: it is dropped, unless it is all there is.
    cut = drafted[-2].end if len(drafted) > 1 else len(text)
    return text[len(context) : cut], False


def interleaved(student: Writer, teacher: Writer, asked: Sequence[Question], temperature: float = 0.6) -> list[str]:
    """Let both models write every thinking by turns, and the student the answer; return turns as `alone` does."""
    thinking = [""] * len(asked)
    by_student = [True] * len(asked)
    open_ = set(range(len(asked)))
    for _ in range(_MAX_ROUNDS):
        for role, writer in ((True, student), (False, teacher)):
            mine = [index for index in sorted(open_) if by_student[index] == role]
            if not mine:
                continue
            contexts = [writer.context(asked[index].prompt) + thinking[index] for index in mine]
            for index, draft in zip(mine, writer.draft(contexts, _DRAFT_TOKENS, temperature), strict=True):
                body, ended, _ = draft.partition(THINK_END)
                piece, cut = kept(thinking[index], body.rstrip() if ended else body, role)
                thinking[index] += body.rstrip() if ended and not cut else piece
                by_student[index] = role != cut
                if ended and not cut:
                    open_.discard(index)
        if not open_:
            break
    turns = [turn(text, "").removeprefix("<think>\n") for text in thinking]
    contexts = [student.context(question.prompt) + text for question, text in zip(asked, turns, strict=True)]
    answers = student.draft(contexts, _ANSWER_TOKENS, temperature)
    return [text + answer for text, answer in zip(turns, answers, strict=True)]
