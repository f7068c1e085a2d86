"""How much of the text is style, from the beginning of traces to their end."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from analysis.measures.estimate import Estimate
from analysis.plots.figure import COLUMN, FONT, place
from analysis.plots.legend import draw_legend
from analysis.plots.looks import Roles, looks
from analysis.plots.numbers import percent
from analysis.plots.sizes import Width, inches

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_SHAPE, _HIGHEST = 0.72, 2.7


def plot_style_share(
    shares: Mapping[str, Sequence[float | Estimate]],
    *,
    label: str = "style words",
    roles: Roles | None = None,
    width: Width = COLUMN,
    axes: "Axes | None" = None,
) -> "Figure":
    """Draw the share of style along the trace, a line a corpus, intervals as bands.

    Parameters
    ----------
    shares
        For each corpus the share of style in parts of equal length, from the beginning of its traces; 0..1, NaN where
        there is nothing.
    label
        What the shares are of.
    roles
        The corpora's roles by their names, for their colours.
    width
        Inches, or the name of a size.
    axes
        Where to draw; None makes a figure.
    """
    wide = inches(width)
    figure, axes = place(axes, wide, min(_SHAPE * wide, _HIGHEST) + 0.13 * len(shares) / 2)
    handles = []
    for name, look in looks(shares, roles).items():
        found = [one if isinstance(one, Estimate) else Estimate(one, one, one) for one in shares[name]]
        places = (np.arange(len(found)) + 0.5) / max(1, len(found))
        low, high = [one.low for one in found], [one.high for one in found]
        if low != high:
            axes.fill_between(places, low, high, color=look.colour, alpha=0.15, linewidth=0)
        handles += axes.plot(
            places,
            [one.value for one in found],
            color=look.colour,
            linestyle=look.line,
            linewidth=1.1,
            marker=look.marker,
            markersize=3,
        )
    axes.set_xlim(0, 1)
    axes.set_ylim(bottom=0)
    axes.locator_params(axis="y", nbins=6)
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1])
    percent(axes.xaxis)
    percent(axes.yaxis)
    axes.set_xlabel("position in the trace", fontsize=FONT)
    axes.set_ylabel(label, fontsize=FONT)
    draw_legend(axes, handles, list(shares))
    return figure
