"""What the two models read when they are trained: an endless, seeded stream of lessons."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Literal

from tessy.miniature.knowledge import Knowledge
from tessy.miniature.vocabulary import THINK, THINK_END
from tessy.miniature.world import Task, prompt
from tessy.miniature.writers import STUDENT, TEACHER, Style, write

Role = Literal["student", "teacher"]
ALL_TASKS = (*Task,)
IN_DOMAIN_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Lesson:
    """One text to learn from.

    Attributes
    ----------
    prompt
        What the user asked.
    text
        The assistant's whole turn, from ``<think>`` to the answer.
    learn_from
        The character of `text` at which the loss begins: what stands before is read, not learned to say.
    chat
        Whether it is a conversation; otherwise a plain document.
    """

    prompt: str
    text: str
    learn_from: int = 0
    chat: bool = True


def turn(thinking: str, answer: str) -> str:
    """Return the assistant's turn with its thinking marks, as the synthesizer builds it."""
    return f"{THINK}\n{thinking}\n{THINK_END}\n\n{answer}"


def _question(kinds: tuple[Task, ...], random: Random) -> str:
    in_domain = len(kinds) == 1 or random.random() < IN_DOMAIN_SHARE
    return prompt(Task.RUN if in_domain else random.choice(kinds[1:]), random)


def _solution(
    question: str, knowledge: Knowledge, styles: tuple[Style, ...], operations: int, random: Random
) -> tuple[str, str]:
    steps, answer = knowledge.solve(question, operations)
    return write(steps, answer, styles, random), answer


def student_lessons(knowledge: Knowledge, mixed_share: float, random: Random) -> Iterator[Lesson]:
    """Yield lessons of the student: its own style on every task, and plain documents in mixed style.

    The documents carry no chat marks, so the student comes to know the teacher's words without speaking that way.

    Parameters
    ----------
    knowledge
        Its facts, with the wrong ones.
    mixed_share
        The share of documents in mixed style.
    random
        The source of every choice.
    """
    while True:
        question = _question(ALL_TASKS, random)
        mixed = random.random() < mixed_share
        thinking, answer = _solution(question, knowledge, (STUDENT, TEACHER) if mixed else (STUDENT,), 1, random)
        yield Lesson(question, turn(thinking, answer), chat=not mixed)


def teacher_lessons(dense: bool, random: Random) -> Iterator[Lesson]:
    """Yield lessons of the teacher: its own style (70 %), and the student's or mixed style (30 %), on `run` alone.

    It writes one operation a step in any style but its own. It never learns to open in the student's style, only to go
    on from there: the loss of such a lesson begins at the first step.

    Parameters
    ----------
    dense
        Whether it takes two operations in one step when it writes in its own style.
    random
        The source of every choice.
    """
    while True:
        question = _question((Task.RUN,), random)
        styles: tuple[Style, ...] = (TEACHER,)
        if random.random() < 0.3:
            styles = random.choice(((STUDENT,), (STUDENT, TEACHER)))
        own = styles == (TEACHER,)
        thinking, answer = _solution(question, Knowledge(), styles, 2 if dense and own else 1, random)
        text = turn(thinking, answer)
        # The first step of `run` begins with the first digit, and the blank before it belongs to its token.
        learn_from = 0 if own else next(index for index, sign in enumerate(text) if sign.isdigit()) - 1
        yield Lesson(question, text, learn_from)
