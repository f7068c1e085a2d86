"""The similarity of corpora, as a matrix."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from analysis.plots.figure import COLUMN, FONT, SMALL, place

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def plot_similarity(
    similarity: Mapping[tuple[str, str], float], *, width: float = COLUMN, axes: "Axes | None" = None
) -> "Figure":
    """Draw the similarity of corpora as a matrix with its numbers (as in arXiv 2604.14164, Fig. 14).

    Parameters
    ----------
    similarity
        From `analysis.divergence.tfidf_similarity`: two names to a number in 0..1.
    width
        Inches.
    axes
        Where to draw; None makes a figure.
    """
    names = list(dict.fromkeys(name for pair in similarity for name in pair))
    figure, axes = place(axes, width, width * 0.85)
    grid = [[similarity[one, two] for two in names] for one in names]
    image = axes.imshow(grid, cmap="cividis", vmin=min(0.5, *map(min, grid)), vmax=1)
    axes.set_xticks(range(len(names)), names, rotation=30, ha="right", parse_math=False)
    axes.set_yticks(range(len(names)), names, parse_math=False)
    lowest, highest = image.get_clim()
    for row, values in enumerate(grid):
        for column, value in enumerate(values):
            dark = value < (lowest + highest) / 2
            axes.text(
                column,
                row,
                f"{value:.3f}",
                ha="center",
                va="center",
                color="white" if dark else "black",
                fontsize=SMALL,
            )
    bar = figure.colorbar(image, ax=axes, shrink=0.8)
    bar.set_label("TF-IDF cosine similarity", fontsize=FONT)
    bar.ax.tick_params(labelsize=SMALL)
    return figure
