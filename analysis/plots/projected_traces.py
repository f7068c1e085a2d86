"""The traces of several corpora as points, with the middle of each corpus."""

from typing import TYPE_CHECKING

import numpy as np

from analysis.plots.figure import COLUMN, FONT, place
from analysis.plots.legend import draw_legend
from analysis.plots.looks import Roles, looks
from analysis.plots.projection import Projection
from analysis.plots.sizes import Width, inches

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_SHAPE, _HIGHEST = 0.78, 3.5
_MANY = 1500
"""More points than this are drawn as a picture inside of the vector figure, which stays small."""


def plot_projection(
    projection: Projection, *, roles: Roles | None = None, width: Width = COLUMN, axes: "Axes | None" = None
) -> "Figure":
    """Draw traces as small points and the centroid of each corpus as a large one (as in arXiv 2604.14164, Fig. 8).

    Parameters
    ----------
    projection
        From `analysis.plots.projection.project`.
    roles
        The corpora's roles by their names, for their colours.
    width
        Inches, or the name of a size.
    axes
        Where to draw; None makes a figure.
    """
    wide = inches(width)
    names = list(projection.points)
    figure, axes = place(axes, wide, min(_SHAPE * wide, _HIGHEST) + 0.13 * len(names) / 2)
    shown = looks(names, roles)
    centroids = projection.centroids()
    many = sum(map(len, projection.points.values())) > _MANY
    for name, found in projection.points.items():
        look = shown[name]
        places = np.reshape(found, (-1, 2))
        axes.scatter(
            places[:, 0],
            places[:, 1],
            s=7,
            color=look.colour,
            marker=look.marker,
            alpha=0.45,
            linewidth=0,
            rasterized=many,
        )
    handles = []
    for name, look in shown.items():
        x, y = centroids.get(name, np.full(2, np.nan))
        edge = "white" if look.colour == "#000000" else "black"
        handles.append(
            axes.scatter(x, y, s=46, color=look.colour, marker=look.marker, edgecolor=edge, linewidth=0.9, zorder=4)
        )
    one, two = projection.explained
    axes.set_xlabel(f"first component ({100 * one:.1f} % of variance)", fontsize=FONT)
    axes.set_ylabel(f"second ({100 * two:.1f} %)", fontsize=FONT)
    axes.locator_params(nbins=5)
    draw_legend(axes, handles, names)
    return figure
