"""Options that figures and the comparison share."""

from pathlib import Path
from typing import Annotated

import typer

Student = Annotated[Path, typer.Option(help="The student's own traces.", show_default=False)]
Teacher = Annotated[Path, typer.Option(help="The teacher's traces.", show_default=False)]
Other = Annotated[
    list[str] | None,
    typer.Option(help="A further corpus, as NAME=FILE; may be given several times.", metavar="NAME=FILE"),
]
Shared = Annotated[
    bool, typer.Option("--shared", help="Only traces on the questions that all corpora answer; all traces otherwise.")
]
RoleOf = Annotated[
    list[str] | None,
    typer.Option(
        "--role",
        help="A role, for its colour: student, teacher or synthesized; may be given several times.",
        metavar="NAME=ROLE",
    ),
]
Labels = Annotated[Path, typer.Option(help="JSONL with 'text' and true 'spans'.", metavar="SPANS", show_default=False)]
Out = Annotated[Path, typer.Option(help="The figure to write: .pdf, .svg or .png.", metavar="FILE", show_default=False)]
Width = Annotated[str, typer.Option(help="Of a figure: acl-, icml-column or -page, neurips-half or -page, or inches.")]
Replicates = Annotated[int, typer.Option(help="Draws of the bootstrap over questions.", min=1)]
Seed = Annotated[int, typer.Option(help="Of the bootstrap.", min=0)]
