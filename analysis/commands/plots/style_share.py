"""``plot style-share``: how much of the text is style, along the traces."""

from pathlib import Path
from typing import Annotated

import typer

from analysis.commands.plots.canvas import Canvas
from analysis.commands.plots.corpora import read_corpora, roles_of, said_of
from analysis.commands.plots.options import Other, Out, Replicates, RoleOf, Seed, Shared, Student, Teacher, Width
from analysis.commands.plots.steps import stepped, stepping


def style_share(
    student: Student,
    teacher: Teacher,
    detector: Annotated[
        Path, typer.Option(help="Folder of the detector that finds the style.", metavar="DIR", show_default=False)
    ],
    out: Out,
    other: Other = None,
    parts: Annotated[int, typer.Option(help="Parts of equal length that a trace is cut into.", min=2, max=100)] = 10,
    shared: Shared = False,
    role: RoleOf = None,
    width: Width = "icml-column",
    replicates: Replicates = 1000,
    seed: Seed = 0,
) -> None:
    """Draw the share of style words along the traces.

    From their beginning to their end, with 95 % intervals.
    """
    from analysis.measures.rhythm import style_along
    from analysis.plots import plot_style_share
    from detectors.store import load

    canvas = Canvas.of(out, width)
    found = load(detector)
    corpora = read_corpora(student, teacher, other, shared=shared)
    roles = roles_of(corpora, role)
    traces = sum(len(corpus.traces) for corpus in corpora)
    with stepping("style", traces, "traces") as step:
        shares = {
            corpus.label: style_along(
                stepped(corpus.traces, step), found, parts=parts, replicates=replicates, seed=seed
            )
            for corpus in corpora
        }
    figure = plot_style_share(shares, roles=roles, width=canvas.width)
    canvas.save(figure, f"share of style words, 95 % intervals: {said_of(corpora, shared=shared)}")
