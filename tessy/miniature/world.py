"""The miniature world: four kinds of question, their answers, and the truth about style in any text of the world.

`run 3 + 4 * 2 - 1` is in-domain for both writers: evaluated left to right, modulo 5. `sort`, `reverse` and `count` are
tasks over the letters a to f that only the student was taught, so that forgetting can be measured.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from detectors.errors import DataError, UsageError
from detectors.spans import Span, from_words, words

MODULUS = 5
OPERATORS = "+-*"
LETTERS = "abcdef"

_CAPABILITY = re.compile(r"[0-9]+|[a-f]|[-+*=]")
_RUN = re.compile(rf"run ([0-{MODULUS - 1}](?: [-+*] [0-{MODULUS - 1}])+)")
_LETTER_LIST = "([a-f](?: [a-f])*)"
_SORT = re.compile(f"sort {_LETTER_LIST}")
_REVERSE = re.compile(f"reverse {_LETTER_LIST}")
_COUNT = re.compile(f"count ([a-f]) in {_LETTER_LIST}")
_ATTEMPTS_PER_QUESTION = 200


class Task(StrEnum):
    """What a question asks for; the value is the first word of its prompt."""

    RUN = "run"
    SORT = "sort"
    REVERSE = "reverse"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class Question:
    """One question: its id, the text a user would send, and the task it belongs to."""

    id: str
    prompt: str
    kind: Task


def apply(left: int, operator: str, right: int) -> int:
    """Return ``left operator right`` modulo 5; the operator is one of ``+ - *``."""
    value = {"+": left + right, "-": left - right, "*": left * right}[operator]
    return value % MODULUS


def run_prompt(operations: int, random: Random) -> str:
    """Draw the prompt of a `run` question with so many operations; those of `questions` have three or four."""
    parts = [str(random.randrange(MODULUS))]
    for _ in range(operations):
        parts += [random.choice(OPERATORS), str(random.randrange(MODULUS))]
    return f"run {' '.join(parts)}"


def _letters(random: Random) -> str:
    return " ".join(random.sample(LETTERS, random.choice((3, 4))))


def _count_prompt(random: Random) -> str:
    # Half of the letters come from a pair, so that a letter is often there more than once.
    wanted, other = random.sample(LETTERS, 2)
    pool = LETTERS + 3 * (wanted + other)
    return f"count {wanted} in {' '.join(random.choice(pool) for _ in range(random.choice((4, 5))))}"


_PROMPTS: dict[Task, Callable[[Random], str]] = {
    Task.RUN: lambda random: run_prompt(random.choice((3, 4)), random),
    Task.SORT: lambda random: f"sort {_letters(random)}",
    Task.REVERSE: lambda random: f"reverse {_letters(random)}",
    Task.COUNT: _count_prompt,
}


def prompt(kind: Task, random: Random) -> str:
    """Draw the prompt of one question of this kind."""
    return _PROMPTS[kind](random)


def questions(kind: Task | str, count: int, seed: int) -> list[Question]:
    """Draw `count` different questions of one kind; the same seed gives the same questions.

    Raises
    ------
    UsageError
        When the kind is unknown, or the world does not hold that many questions of it.
    """
    if kind not in list(Task):
        raise UsageError(f"no such task: {kind!r}", advice=f"one of {', '.join(Task)}")
    task = Task(kind)
    random = Random(f"{task}-{seed}")  # noqa: S311
    prompts: dict[str, None] = {}
    for _ in range(_ATTEMPTS_PER_QUESTION * max(count, 0)):
        if len(prompts) == count:
            break
        prompts[prompt(task, random)] = None
    if len(prompts) != count:
        raise UsageError(f"cannot draw {count} different questions of {task}", advice=f"at most {len(prompts)}")
    return [Question(f"{task}-{seed}-{index:05d}", text, task) for index, text in enumerate(prompts)]


def answer_of(question: Question | str) -> str:
    """Return the right answer, such as ``3`` or ``a b d``, worked out from the prompt's text.

    Raises
    ------
    DataError
        When the prompt is not a question of this world.
    """
    text = (question.prompt if isinstance(question, Question) else question).strip()
    if match := _RUN.fullmatch(text):
        first, *rest = match[1].split()
        value = int(first)
        for operator, right in zip(rest[::2], rest[1::2], strict=True):
            value = apply(value, operator, int(right))
        return str(value)
    if match := _SORT.fullmatch(text):
        return " ".join(sorted(match[1].split()))
    if match := _REVERSE.fullmatch(text):
        return " ".join(reversed(match[1].split()))
    if match := _COUNT.fullmatch(text):
        return str(match[2].split().count(match[1]))
    raise DataError(f"not a question of the miniature world: {text!r}", advice="for example: run 3 + 4 * 2 - 1")


def check(question: Question | str, answer: str) -> bool:
    """Say whether `answer` is right: the bare answer, or a whole trace, of which what follows ``</think>`` counts.

    A trace whose thinking never ends has no answer, so it is wrong.
    """
    _, closed, final = answer.rpartition("</think>")
    if not closed and "<think>" in answer:
        return False
    return final.split() == answer_of(question).split()


def style_spans(text: str) -> list[Span]:
    """Return the true style spans of any text of this world, also of one that mixes writers.

    Every word is style or capability by construction: numbers, operators and single letters a to f are capability, all
    else is style, signs of punctuation too. Neighbouring style words form one span; a line break ends a span.
    """
    parts = words(text)
    return from_words(text, parts, [float(_CAPABILITY.fullmatch(word.text) is None) for word in parts], 0.5)
