"""What must hold for a figure and its files: nothing cut off, small. Of fonts: `tests.support.pdf_fonts`."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST_BYTES: Final = 150_000
"""Of an SVG file."""
_CLOSE = 0.01
"""Inches that a line may be over the edge: less than half of it is wide."""


def faults_of_svg(path: Path) -> list[str]:
    """Return what is wrong with an SVG file."""
    size = path.stat().st_size
    return [f"{path}: {size:,} bytes, more than {MOST_BYTES:,}"] if size > MOST_BYTES else []


def faults_of_layout(figure: "Figure", name: str) -> list[str]:
    """Return whether anything of a figure is cut off at its edges."""
    figure.draw_without_rendering()
    box = figure.get_tightbbox()
    width, height = figure.get_size_inches()
    inside = min(box.x0, box.y0, width - box.x1, height - box.y1) >= -_CLOSE
    return [] if inside else [f"{name}: drawn from ({box.x0:.2f}, {box.y0:.2f}) to ({box.x1:.2f}, {box.y1:.2f}) inches"]
