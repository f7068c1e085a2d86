"""Where a figure goes, known to be writable before the work begins."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer

from detectors.errors import UsageError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_WIDTHS: Final = (1.0, 50.0)
"""Inches: between these, letters find room, and a picture fits into memory."""


@dataclass(frozen=True, slots=True)
class Canvas:
    """The file that a figure is written to.

    Attributes
    ----------
    path
        Its name ends as one of `analysis.plots.figure.FORMS`.
    width
        Inches.
    """

    path: Path
    width: float

    @classmethod
    def of(cls, path: Path, width: str) -> "Canvas":
        """Check what was asked for; missing folders are made.

        Parameters
        ----------
        path
            The file.
        width
            The name of a size, or inches.

        Raises
        ------
        UsageError
            When the name ends otherwise than figures do, the file cannot be written, or the width is none.
        """
        from analysis.plots.figure import check_form
        from analysis.whole_file import check_takes_files

        canvas = cls(check_form(path), figure_width(width))
        if path.is_dir():
            raise UsageError(f"cannot write {path}: it is a folder")
        check_takes_files(path.parent, file=path)
        if path.exists() and not os.access(path, os.W_OK):
            raise UsageError(f"cannot write {path}: the file is read-only")
        return canvas

    def save(self, figure: "Figure", shown: str) -> None:
        """Write the figure, and tell on stdout what it shows, for its caption.

        Raises
        ------
        UsageError
            When the file cannot be written.
        """
        from analysis.plots.figure import save_figure

        save_figure(figure, self.path)
        typer.echo(f"{self.path}: {shown}")


def figure_width(width: str) -> float:
    """Return a width in inches: ``--width`` names a size, or is a number of them.

    Raises
    ------
    UsageError
        When it is neither, or a width that nobody prints.
    """
    from analysis.plots.sizes import SIZES, inches

    advice = f"give inches, or one of {', '.join(SIZES)}"
    try:
        found = inches(width) if width in SIZES else inches(float(width))
    except ValueError as error:
        raise UsageError(f"--width {width!r} is no width", advice=advice) from error
    least, most = _WIDTHS
    if not least <= found <= most:
        raise UsageError(f"--width {width!r} is not between {least:g} and {most:g} inches", advice=advice)
    return found
