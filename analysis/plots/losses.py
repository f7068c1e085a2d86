"""Training losses over steps."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.plots.figure import COLUMN, FONT, place
from analysis.plots.legend import draw_legend
from analysis.plots.looks import Roles, looks
from analysis.plots.numbers import large_numbers
from analysis.plots.sizes import Width, inches

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_SHAPE, _HIGHEST = 0.72, 2.7
_SIGNS = 8
"""Markers a curve; they tell curves apart in grey."""


def plot_losses(
    losses: Mapping[str, tuple[ArrayLike, ArrayLike]],
    *,
    smooth: int = 1,
    label: str = "training loss (nats a token)",
    roles: Roles | None = None,
    width: Width = COLUMN,
    axes: "Axes | None" = None,
) -> "Figure":
    """Draw training-loss curves, one a run (as in arXiv 2604.14164, Fig. 15).

    Parameters
    ----------
    losses
        For each run its steps and the loss at each, both of shape (records,), such as from
        `analysis.plots.training_log.read_training_log`. Losses that are not finite are gaps.
    smooth
        How many records around each one are averaged; with more than 1 the records themselves are drawn faintly.
    label
        What the losses are.
    roles
        The roles of the runs by their names: whose traces each is trained on.
    width
        Inches, or the name of a size.
    axes
        Where to draw; None makes a figure.

    Raises
    ------
    ValueError
        When a run has not as many losses as steps, or `smooth` is below 1.
    """
    if smooth < 1:
        raise ValueError(f"smooth must be at least 1 record, got {smooth}")
    wide = inches(width)
    figure, axes = place(axes, wide, min(_SHAPE * wide, _HIGHEST) + 0.13 * len(losses) / 2)
    handles = []
    for name, look in looks(losses, roles).items():
        steps, values = (np.asarray(part, dtype=np.float64).ravel() for part in losses[name])
        if len(steps) != len(values):
            raise ValueError(f"{name!r} has {len(steps)} steps but {len(values)} losses")
        values = np.where(np.isfinite(values), values, np.nan)
        if smooth > 1:
            axes.plot(steps, values, color=look.colour, linewidth=0.4, alpha=0.35)
        handles += axes.plot(
            steps,
            _moving_mean(values, smooth),
            color=look.colour,
            linestyle=look.line,
            linewidth=1.1,
            marker=look.marker,
            markersize=3,
            markevery=max(1, -(-len(steps) // _SIGNS)),
        )
    large_numbers(axes.xaxis)
    axes.locator_params(axis="both", nbins=6)
    axes.set_xlim(left=0)
    axes.set_xlabel("step", fontsize=FONT)
    axes.set_ylabel(label, fontsize=FONT)
    draw_legend(axes, handles, list(losses))
    return figure


def _moving_mean(values: NDArray[np.float64], records: int) -> NDArray[np.float64]:
    """Return the mean of the finite values around each one; fewer where a curve begins and ends."""
    if not len(values):
        return values
    window = np.ones(min(records, len(values)))
    finite = np.isfinite(values)
    counts = np.convolve(finite.astype(np.float64), window, mode="same")
    sums = np.convolve(np.where(finite, values, 0.0), window, mode="same")
    return np.where(finite, sums / np.maximum(counts, 1.0), np.nan)
