"""What all figures share: the widths and letters of papers, colours for every eye, no global state."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

from detectors.errors import UsageError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLUMN, TEXT = 3.25, 6.75
"""Inches: the width of one column and of a whole page in ACL's, ICML's and NeurIPS's styles."""

STUDENT, TEACHER = "#0072B2", "#D55E00"
"""Blue and vermilion of Okabe & Ito's palette: apart for every kind of colour vision, and in grey."""

FONT, SMALL = 8, 7
"""Points: the sizes of labels, and of the numbers at ticks and in cells."""

FORMS: Final = (".pdf", ".svg", ".png")
"""What figures can be saved as."""

_DOTS_PER_INCH = 300


def new_figure(width: float, height: float) -> "tuple[Figure, Axes]":
    """Make a figure of one plot, sizes in inches, that can be saved without a display."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    prepare(axes)
    return figure, axes


def place(axes: "Axes | None", width: float, height: float) -> "tuple[Figure, Axes]":
    """Return the plot to draw in and its figure: the one given, or else a new one of this size in inches."""
    if axes is None:
        return new_figure(width, height)
    prepare(axes)
    return axes.get_figure(root=True), axes  # type: ignore[return-value]


def prepare(axes: "Axes") -> None:
    """Take away the lines at the top and right, and make the numbers small."""
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.tick_params(labelsize=SMALL)


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
    """Write a figure as its name ends: the same bytes for the same figure, letters as letters.

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
