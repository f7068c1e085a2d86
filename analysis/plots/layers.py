"""The score of a probe on each layer of a language model."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from analysis.plots.figure import COLUMN, FONT, SMALL, STUDENT, TEACHER, place
from analysis.plots.sizes import Width, inches

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from analysis.fitting.layer_sweep import LayerScores

_COLOURS = (STUDENT, TEACHER, "0.35", "#009E73", "#CC79A7")
_SHAPE = 0.7


def plot_layers(
    sweeps: "Mapping[str, Sequence[LayerScores]]",
    *,
    ceiling: float | None = None,
    width: Width = COLUMN,
    axes: "Axes | None" = None,
) -> "Figure":
    """Draw the cross-validated token F1 of probes over the layers they read, a line a sweep.

    Parameters
    ----------
    sweeps
        The name of each line, and what `analysis.fitting.layer_sweep.sweep_layers` found.
    ceiling
        The F1 at which two annotators agree, as a dashed line.
    width
        Inches, or the name of a size.
    axes
        Where to draw; None makes a figure.

    Raises
    ------
    ValueError
        When there is nothing to draw, or more lines than colours that can be told apart.
    """
    if not sweeps or len(sweeps) > len(_COLOURS):
        raise ValueError(f"one to {len(_COLOURS)} sweeps can be drawn, got {len(sweeps)}")
    figure, axes = place(axes, inches(width), inches(width) * _SHAPE)
    for colour, (name, found) in zip(_COLOURS, sweeps.items(), strict=False):
        layers, scores = [one.layer for one in found], [one.scores.token.f1 for one in found]
        axes.plot(layers, scores, color=colour, linewidth=0.9, marker="o", markersize=2.5, label=name)
    if ceiling is not None:
        axes.axhline(ceiling, color="0.5", linewidth=0.8, linestyle="--")
    axes.set_xlabel("layer (0: token embeddings)", fontsize=FONT)
    axes.set_ylabel("token F1", fontsize=FONT)
    if len(sweeps) > 1:
        axes.legend(fontsize=SMALL, frameon=False)
    return figure
