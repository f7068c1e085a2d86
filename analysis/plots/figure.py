"""What all figures share: their letters, a place to draw in, and files that are the same every time."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

from analysis.plots.looks import COLOURS
from analysis.plots.sizes import SIZES, Width, inches
from detectors.errors import UsageError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLUMN, TEXT = SIZES["icml-column"], SIZES["icml-page"]
"""Inches: the widths figures have when nothing else is said; `analysis.plots.sizes` has those of other venues."""

STUDENT, TEACHER = COLOURS["student"], COLOURS["teacher"]
"""Blue and vermilion of Okabe & Ito's palette, apart for every kind of colour vision."""

FONT, SMALL, TINY = 8, 7, 6
"""Points: the sizes of labels, of the numbers at ticks, and of the numbers in cells; no letter is smaller."""

FORMS: Final = (".pdf", ".svg", ".png")
"""What figures can be saved as."""

_DOTS_PER_INCH = 300


def new_figure(width: Width, height: float) -> "tuple[Figure, Axes]":
    """Make a figure of one plot, `height` in inches, that can be saved without a display."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(inches(width), height), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    prepare(axes)
    return figure, axes


def place(axes: "Axes | None", width: Width, height: float) -> "tuple[Figure, Axes]":
    """Return the plot to draw in and its figure: the one given, or else a new one; `height` in inches."""
    if axes is None:
        return new_figure(width, height)
    prepare(axes)
    return axes.get_figure(root=True), axes  # type: ignore[return-value]


def prepare(axes: "Axes") -> None:
    """Take away the lines at the top and right, and make the numbers small."""
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.tick_params(labelsize=SMALL)
    for axis in (axes.xaxis, axes.yaxis):
        axis.get_offset_text().set_fontsize(SMALL)


def room(axes: "Axes") -> float:
    """Return the width in points that a plot has with its labels, before it is laid out: its part of the figure."""
    grid = axes.get_subplotspec()
    whole = axes.get_figure(root=False)
    points = whole.bbox.width * 72 / axes.get_figure(root=True).dpi  # type: ignore[union-attr]
    if grid is None:
        return float(points * axes.get_position().width)
    return float(points * (grid.colspan.stop - grid.colspan.start) / grid.get_gridspec().ncols)


def check_form(path: Path) -> Path:
    """Return a path whose name ends as one of `FORMS`.

    Raises
    ------
    UsageError
        When it ends otherwise.
    """
    if path.suffix.lower() not in FORMS:
        raise UsageError(f"cannot draw {str(path)!r}", advice=f"the name must end in one of {', '.join(FORMS)}")
    return path


def save_figure(figure: "Figure", path: Path) -> None:
    """Write a figure as its name ends: the same bytes for the same figure.

    In PDF, letters are letters, in embedded TrueType fonts (Type 42), as venues ask for; in SVG they are outlines, so
    that they look the same everywhere.

    Raises
    ------
    UsageError
        When the name ends otherwise than `FORMS`, or the file cannot be written.
    """
    from matplotlib import rc_context

    dates = {".pdf": {"CreationDate": None}, ".svg": {"Date": None}, ".png": None}
    with rc_context({"pdf.fonttype": 42, "svg.hashsalt": "tessy"}):
        try:
            figure.savefig(check_form(path), dpi=_DOTS_PER_INCH, metadata=dates[path.suffix.lower()])
        except OSError as error:
            raise UsageError(f"cannot write {path}: {error.strerror}") from error
