"""``plot projection``, ``similarity`` and ``divergences``: how near corpora are to each other."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer

from analysis.commands.plots.canvas import Canvas
from analysis.commands.plots.corpora import read_corpora, roles_of, said_of, tables_of
from analysis.commands.plots.options import Other, Out, Replicates, RoleOf, Seed, Shared, Student, Teacher, Width
from analysis.commands.plots.steps import stepping
from detectors.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from analysis.corpus import CorpusTrace

Of = Literal["questions", "corpora"]
MeasureName = Literal["jensen-shannon", "rank-turbulence"]
PartName = Literal["whole", "style", "capability"]
_OF: Final[dict[Of, str]] = {
    "questions": "mean TF-IDF similarity on the same question",
    "corpora": "TF-IDF similarity of the corpora's means",
}
_CALLED: Final[dict[MeasureName, tuple[str, str]]] = {
    "jensen-shannon": ("Jensen-Shannon divergence", "bits, 95 % interval"),
    "rank-turbulence": ("rank-turbulence divergence", "95 % interval"),
}


def projection(
    student: Student,
    teacher: Teacher,
    out: Out,
    other: Other = None,
    shared: Shared = False,
    role: RoleOf = None,
    width: Width = "icml-column",
) -> None:
    """Draw traces on two principal components of TF-IDF.

    Small points are traces, large ones the centroids of corpora.
    """
    from analysis.plots import plot_projection, project

    canvas = Canvas.of(out, width)
    with stepping("projection", 2) as step:
        corpora = read_corpora(student, teacher, other, shared=shared)
        roles = roles_of(corpora, role)
        step(1)
        found = project({corpus.label: [trace.thinking for trace in corpus.traces] for corpus in corpora})
        step(1)
    canvas.save(plot_projection(found, roles=roles, width=canvas.width), said_of(corpora, shared=shared))


def similarity(
    student: Student,
    teacher: Teacher,
    out: Out,
    other: Other = None,
    of: Annotated[
        Of, typer.Option(help="The mean over texts on the same question, or of the corpora's mean vectors.")
    ] = "questions",
    width: Width = "icml-column",
    replicates: Replicates = 1000,
    seed: Seed = 0,
) -> None:
    """Draw the TF-IDF similarity of corpora, as a matrix.

    On the questions that all of them answer, with intervals where there is room for them.
    """
    from analysis.measures.tfidf import similarity_by_question, similarity_of_corpora
    from analysis.plots import plot_similarity

    canvas = Canvas.of(out, width)
    measure = similarity_by_question if of == "questions" else similarity_of_corpora
    with stepping("similarity", 3) as step:
        corpora = read_corpora(student, teacher, other, shared=True)
        step(1)
        tables = tables_of(corpora)
        step(1)
        found = measure(tables, replicates=replicates, seed=seed)
        step(1)
    canvas.save(plot_similarity(found, width=canvas.width), f"{_OF[of]}: {said_of(corpora, shared=True)}")


def divergences(
    student: Student,
    teacher: Teacher,
    out: Out,
    other: Other = None,
    measure: Annotated[MeasureName, typer.Option(help="Of the bags of words.")] = "jensen-shannon",
    part: Annotated[PartName, typer.Option(help="Which words; style and capability need --detector.")] = "whole",
    detector: Annotated[
        Path | None,
        typer.Option(
            help="Folder of the detector that parts style from capability.", metavar="DIR", show_default=False
        ),
    ] = None,
    role: RoleOf = None,
    width: Width = "icml-column",
    replicates: Replicates = 1000,
    seed: Seed = 0,
) -> None:
    """Draw how far corpora are from the student's.

    With intervals, on the questions that all answer; beside them, how far two halves of the student's questions are.
    """
    from analysis.measures.between import between
    from analysis.measures.jensen_shannon import jensen_shannon
    from analysis.measures.noise_floor import noise_floor
    from analysis.measures.rank_turbulence import rank_turbulence
    from analysis.plots import plot_divergences

    canvas = Canvas.of(out, width)
    text = _text_of(part, detector)
    function = jensen_shannon if measure == "jensen-shannon" else rank_turbulence
    with stepping("divergences", 4 + len(other or [])) as step:
        corpora = read_corpora(student, teacher, other, shared=True)
        roles = roles_of(corpora, role)
        step(1)
        tables = tables_of(corpora, text)
        step(1)
        own, *others = tables
        found = {}
        for name in others:
            found[name] = between(function, tables[name], tables[own], replicates=replicates, seed=seed)
            step(1)
        floor = noise_floor(function, tables[own], seed=seed)
        step(1)
    called, unit = _CALLED[measure]
    called += "" if part == "whole" else f" of {part} words"
    figure = plot_divergences(found, floor=floor, label=f"{called} ({unit})", roles=roles, width=canvas.width)
    canvas.save(figure, f"{called} from {own}: {said_of(corpora, shared=True)}")


def _text_of(part: PartName, detector: Path | None) -> "Callable[[CorpusTrace], str]":
    """Return what to count of a trace."""
    from analysis.style_terms import Part, TopicControl
    from detectors.store import load

    if part == "whole":
        if detector is not None:
            raise UsageError("--detector parts texts, and --part does not say which part", advice="give both")
        return lambda trace: trace.thinking
    if detector is None:
        raise UsageError(f"--part {part} needs a detector", advice="give --detector DIR")
    return TopicControl(mask_prompt=False, part=Part(part), detector=load(detector)).text
