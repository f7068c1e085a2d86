"""What must hold for a figure's files: letters in embedded TrueType fonts, nothing cut off, small."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST_BYTES: Final = 150_000
"""Of an SVG file."""
_CLOSE = 0.01
"""Inches that a line may be over the edge: less than half of it is wide."""


def faults_of_pdf(path: Path) -> list[str]:
    """Return what is wrong with the fonts of a PDF that matplotlib wrote."""
    content = path.read_bytes()
    fonts = re.findall(rb"/Type\s*/FontDescriptor\b", content)
    embedded = re.findall(rb"/FontFile2\s+\d+ \d+ R", content)
    faults = [] if fonts else [f"{path}: holds no font"]
    if len(embedded) != len(fonts):
        faults.append(f"{path}: {len(fonts)} fonts, of which {len(embedded)} are embedded as TrueType")
    if re.search(rb"/Subtype\s*/Type3\b", content):
        faults.append(f"{path}: holds a Type 3 font")
    return faults


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
