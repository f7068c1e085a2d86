"""``plot log-odds`` and ``plot log-odds-scatter``: the terms that tell two writers apart."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from analysis.commands.plots.canvas import Canvas
from analysis.commands.plots.corpora import read_corpora
from analysis.commands.plots.options import Out, Replicates, Seed, Student, Teacher, Width
from analysis.commands.plots.steps import stepping
from analysis.commands.plots.topic import (
    Control,
    ControlBy,
    LeastQuestions,
    Longest,
    MostDeviation,
    SplitBy,
    Topic,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.figure import Figure

_SCATTERED: Final = 1000
"""Terms of each writer that are drawn as points at most."""


def log_odds(
    student: Student,
    teacher: Teacher,
    out: Out,
    control: ControlBy = Control.STYLE,
    detector: SplitBy = None,
    longest: Longest = 3,
    least_questions: LeastQuestions = None,
    most_deviation: MostDeviation = None,
    top: Annotated[int, typer.Option(help="Terms of each writer.", min=1, max=200)] = 15,
    width: Width = "icml-column",
    replicates: Replicates = 1000,
    seed: Seed = 0,
) -> None:
    """Draw the terms that tell two writers apart, as bars.

    By z of their log-odds, on the questions that both answer.
    """
    from analysis.plots import plot_log_odds

    topic = Topic(control, detector, longest, least_questions, most_deviation)
    _draw(plot_log_odds, Canvas.of(out, width), (student, teacher), topic, top, (top, replicates, seed))


def log_odds_scatter(
    student: Student,
    teacher: Teacher,
    out: Out,
    control: ControlBy = Control.STYLE,
    detector: SplitBy = None,
    longest: Longest = 3,
    least_questions: LeastQuestions = None,
    most_deviation: MostDeviation = None,
    top: Annotated[int, typer.Option(help="Terms of each writer that are named.", min=0, max=200)] = 12,
    width: Width = "icml-column",
    replicates: Replicates = 1000,
    seed: Seed = 0,
) -> None:
    """Draw terms by how often they stand and their z.

    At most 1,000 of each writer are drawn; those that most tell the two apart are named.
    """
    from analysis.plots import plot_log_odds_scatter

    topic = Topic(control, detector, longest, least_questions, most_deviation)
    _draw(plot_log_odds_scatter, Canvas.of(out, width), (student, teacher), topic, top, (_SCATTERED, replicates, seed))


def _draw(
    plot: "Callable[..., Figure]",
    canvas: Canvas,
    files: tuple[Path, Path],
    topic: Topic,
    top: int,
    numbers: tuple[int, int, int],
) -> None:
    most, replicates, seed = numbers
    with stepping("terms", 3) as step:
        corpora = read_corpora(*files, None)
        step(1)
        found = topic.terms(corpora, most=most, replicates=replicates, seed=seed)
        step(1)
        first, second = (corpus.label for corpus in corpora)
        terms = (*found.student, *found.teacher)
        figure = plot(terms, first=first, second=second, top=top, width=canvas.width)
        step(1)
    canvas.save(figure, f"terms of {first} and {second} on the {found.questions:,} questions both answer")
