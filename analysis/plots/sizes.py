"""How wide figures are printed: the columns and pages of the venues' own styles."""

from typing import Final, Literal, get_args

SizeName = Literal["acl-column", "acl-page", "icml-column", "icml-page", "neurips-half", "neurips-page"]
Width = float | SizeName
"""Inches, or the name of one of `SIZES`."""

SIZES: Final[dict[SizeName, float]] = {
    # acl.sty: A4 (21 cm) with margins of 2.5 cm on both sides, \columnsep 0.6 cm between two columns.
    "acl-column": 7.7 / 2.54,
    "acl-page": 16.0 / 2.54,
    # icml2025.sty: \textwidth 6.75 in, \columnsep 0.25 in between two columns.
    "icml-column": 3.25,
    "icml-page": 6.75,
    # neurips_2025.sty: one column, textwidth=5.5in; a half leaves 0.2 in between two figures.
    "neurips-half": 2.65,
    "neurips-page": 5.5,
}
"""Inches; put into a paper at these widths, figures are not scaled, and letters have the size they were drawn with."""


def inches(width: Width) -> float:
    """Return a width in inches.

    Raises
    ------
    ValueError
        When a name is none of `SIZES`, or a number is not above 0.
    """
    if isinstance(width, str):
        if width not in SIZES:
            raise ValueError(f"unknown size {width!r}: expected one of {', '.join(get_args(SizeName))}")
        return SIZES[width]
    if not 0 < width < float("inf"):
        raise ValueError(f"a figure's width must be above 0 inches, got {width}")
    return float(width)
