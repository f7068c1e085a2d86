"""``plot word-rates``: how often corpora use some words."""

from collections.abc import Sequence
from typing import Annotated, Final

import typer

from analysis.commands.plots.canvas import Canvas
from analysis.commands.plots.corpora import read_corpora, said_of
from analysis.commands.plots.options import Other, Out, Replicates, Seed, Shared, Student, Teacher, Width
from analysis.commands.plots.steps import stepping
from analysis.commands.plots.topic import Control, ControlBy, SplitBy, Topic
from detectors.errors import UsageError

_LONGEST: Final = 5


def word_rates(
    student: Student,
    teacher: Teacher,
    out: Out,
    other: Other = None,
    term: Annotated[
        list[str] | None,
        typer.Option(help="A word or phrase to count; may be given several times.", metavar="WORDS"),
    ] = None,
    control: ControlBy = Control.STYLE,
    detector: SplitBy = None,
    top: Annotated[
        int, typer.Option(help="Without --term: how many terms of student and teacher each.", min=1, max=200)
    ] = 12,
    shared: Shared = False,
    width: Width = "icml-column",
    replicates: Replicates = 1000,
    seed: Seed = 0,
) -> None:
    """Draw words per 1,000 words, as a heat map.

    Of words that --term names or, without it, of those that most tell student and teacher apart.
    """
    from analysis.plots import plot_word_rates
    from analysis.report.term_rates import term_rates

    canvas = Canvas.of(out, width)
    wanted = _spelled(term or ())
    with stepping("rates", 3) as step:
        corpora = read_corpora(student, teacher, other, shared=shared)
        step(1)
        if not wanted:
            found = Topic(control, detector).terms(corpora, most=top, replicates=replicates, seed=seed)
            wanted = [one.term for one in (*found.student, *found.teacher)]
        step(1)
        rates = term_rates(corpora, wanted)
        step(1)
    figure = plot_word_rates(rates, width=canvas.width)
    canvas.save(figure, f"{len(wanted)} terms per 1,000 words: {said_of(corpora, shared=shared)}")


def _spelled(given: Sequence[str]) -> list[str]:
    """Spell terms as they are counted: words in lower case, a blank between them; each once."""
    from detectors.places import normalise
    from detectors.spans import words

    found = {}
    for one in given:
        parts = [normalise(word.text) for word in words(one)]
        if not 1 <= len(parts) <= _LONGEST:
            raise UsageError(f"--term {one!r} has {len(parts)} words", advice=f"give 1 to {_LONGEST}; signs are words")
        found[" ".join(parts)] = True
    return list(found)
