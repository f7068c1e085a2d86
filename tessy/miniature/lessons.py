"""What the two models read when they are trained: an endless, seeded stream of lessons."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Literal

from tessy.miniature.knowledge import Knowledge
from tessy.miniature.vocabulary import THINK, THINK_END
from tessy.miniature.world import Task, prompt, run_prompt
from tessy.miniature.writers import STUDENT, TEACHER, Style, write

Role = Literal["student", "teacher"]
# Counting takes longest to learn, so it comes twice as often.
_OTHER_TASKS = (Task.SORT, Task.REVERSE, Task.COUNT, Task.COUNT)
_IN_DOMAIN_SHARE = 0.5


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
        question = prompt(Task.RUN if random.random() < _IN_DOMAIN_SHARE else random.choice(_OTHER_TASKS), random)
        mixed = random.random() < mixed_share
        thinking, answer = _solution(question, knowledge, (STUDENT, TEACHER) if mixed else (STUDENT,), 1, random)
        yield Lesson(question, turn(thinking, answer), chat=not mixed)


def teacher_lessons(own_share: float, dense: bool, operations: Sequence[int], random: Random) -> Iterator[Lesson]:
    """Yield lessons of the teacher on `run` alone: in its own style, and in the student's or a mixed one.

    It writes one operation a step in any style but its own. It never learns to open in the student's style, only to go
    on from there: the loss of such a lesson begins at the first step.

    Parameters
    ----------
    own_share
        The share of lessons in its own style; of the others, two thirds are in the student's and one third is mixed.
    dense
        Whether it takes two operations in one step when it writes in its own style.
    operations
        How many operations a question may have; a number that is listed twice is twice as likely.
    random
        The source of every choice.
    """
    while True:
        question = run_prompt(random.choice(operations), random)
        styles: tuple[Style, ...] = (TEACHER,)
        if random.random() >= own_share:
            styles = random.choice(((STUDENT,), (STUDENT,), (STUDENT, TEACHER)))
        own = styles == (TEACHER,)
        thinking, answer = _solution(question, Knowledge(), styles, 2 if dense and own else 1, random)
        text = turn(thinking, answer)
        # The first step of `run` begins with the first digit, and the blank before it belongs to its token.
        learn_from = 0 if own else next(index for index, sign in enumerate(text) if sign.isdigit()) - 1
        yield Lesson(question, text, learn_from)
