"""``plot losses``: the losses of trainings over steps."""

from typing import Annotated

import typer

from analysis.commands.named import named_paths, named_roles
from analysis.commands.plots.canvas import Canvas
from analysis.commands.plots.options import Out, RoleOf, Width


def losses(
    logs: Annotated[
        list[str],
        typer.Argument(
            metavar="[NAME=]FILE ...",
            help="trainer_state.json of a Hugging Face trainer, or the folder of a checkpoint.",
            show_default=False,
        ),
    ],
    out: Out,
    field: Annotated[str, typer.Option(help="Which number of the log.")] = "loss",
    smooth: Annotated[int, typer.Option(help="Records around each that are averaged.", min=1)] = 1,
    label: Annotated[
        str | None, typer.Option(help="What stands beside the axis; chosen by the field.", show_default=False)
    ] = None,
    role: RoleOf = None,
    width: Width = "icml-column",
) -> None:
    """Draw the losses of trainings over their steps."""
    from analysis.plots import plot_losses, read_training_log

    canvas = Canvas.of(out, width)
    files = named_paths(logs)
    roles = named_roles(role or (), files)
    found = {name: read_training_log(path, field=field) for name, path in files.items()}
    figure = plot_losses(
        {name: (log.steps, log.losses) for name, log in found.items()},
        smooth=smooth,
        label=label or _label(field),
        roles=roles,
        width=canvas.width,
    )
    last = ", ".join(f"{name} to step {log.steps[-1]:,.0f}" for name, log in found.items())
    canvas.save(figure, f"{field} of {last}")


def _label(field: str) -> str:
    named = {"loss": "training", "eval_loss": "evaluation"}
    return f"{named[field]} loss (nats a token)" if field in named else field
