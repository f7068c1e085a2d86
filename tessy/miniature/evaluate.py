"""Measure the embedded pair: ``python -m tessy.miniature.evaluate``; accuracies alone, and of the two interleaved."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from detectors.errors import require
from tessy.miniature import student_path, teacher_path
from tessy.miniature.interleaving import interleaved
from tessy.miniature.sampling import Writer, load
from tessy.miniature.vocabulary import THINK_END
from tessy.miniature.world import Question, Task, check, questions

MAX_TOKENS = 320


def alone(writer: Writer, asked: Sequence[Question], temperature: float = 0.6) -> list[str]:
    """Let one model answer every question; return its turns after ``<think>`` and a line break."""
    return writer.draft([writer.context(question.prompt) for question in asked], MAX_TOKENS, temperature)


def accuracy(asked: Sequence[Question], turns: Sequence[str]) -> float:
    """Return the share of turns whose thinking ends and whose answer is right."""
    right = [THINK_END in text and check(question, text) for question, text in zip(asked, turns, strict=True)]
    return sum(right) / len(right)


def measure(student: Writer, teacher: Writer, count: int, seed: int) -> dict[str, float]:
    """Return accuracies at temperature 0.6: in-domain of all three, out-of-domain of the student."""
    torch = require("torch", "torch")
    torch.manual_seed(seed)
    asked = questions(Task.RUN, count, seed)
    other = [
        question for task in (Task.SORT, Task.REVERSE, Task.COUNT) for question in questions(task, count // 3, seed)
    ]
    return {
        "student_run": accuracy(asked, alone(student, asked)),
        "teacher_run": accuracy(asked, alone(teacher, asked)),
        "interleaved_run": accuracy(asked, interleaved(student, teacher, asked)),
        "student_other": accuracy(other, alone(student, other)),
    }


def record(folder: Path, figures: dict[str, float]) -> None:
    """Write figures into the card of a model folder, in place of earlier ones."""
    path = folder / "card.json"
    card = json.loads(path.read_text(encoding="utf-8")) | {"accuracy": figures}
    path.write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")


def main(
    student: Annotated[
        Path | None, typer.Option(help="the student's folder; default: the shipped one", exists=True)
    ] = None,
    teacher: Annotated[
        Path | None, typer.Option(help="the teacher's folder; default: the shipped one", exists=True)
    ] = None,
    count: Annotated[int, typer.Option(help="questions of each kind of measurement")] = 150,
    seed: Annotated[int, typer.Option(help="decides questions and samples")] = 1,
    write: Annotated[bool, typer.Option(help="also write the figures into both cards")] = False,
) -> None:
    """Measure a pair of models and print the figures as JSON."""
    folders = (student or student_path(), teacher or teacher_path())
    figures = {
        name: round(value, 3) for name, value in measure(load(folders[0]), load(folders[1]), count, seed).items()
    }
    typer.echo(json.dumps(figures, indent=2))
    if write:
        for folder in folders:
            record(folder, figures | {"questions": count, "seed": seed})


if __name__ == "__main__":
    typer.run(main)
