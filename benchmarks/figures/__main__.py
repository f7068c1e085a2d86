"""Draws the twelve figures at two sizes, as PDF and SVG, and checks the files: ``make figures``.

From ``../shared/data`` where it is, or else from texts of the miniature world. The same data give the same bytes on one
machine. Exits with 1 when a font is not embedded, something is cut off, or an SVG file is large.
"""

import argparse
import logging
import sys
from pathlib import Path

from analysis.plots import save_figure
from analysis.plots.sizes import SizeName
from benchmarks.figures.checks import faults_of_layout, faults_of_svg
from benchmarks.figures.corpora import read_corpora
from benchmarks.figures.drawing import Draw, figures_of
from benchmarks.figures.training import write_losses
from tests.support.pdf_fonts import faults_of_pdf

OUT = Path("docs/figures")
SIZES: dict[str, SizeName] = {"column": "acl-column", "page": "acl-page"}
"""What the files are called by, and how wide they are."""
_LOG = logging.getLogger(__name__)


def draw(name: str, figure: Draw, out: Path) -> list[str]:
    """Draw one figure at both sizes; returns what is wrong with it."""
    faults = []
    for ending, width in SIZES.items():
        drawn = figure(width=width)
        pdf, svg = (out / f"{name}-{ending}{form}" for form in (".pdf", ".svg"))
        faults += faults_of_layout(drawn, f"{name}-{ending}")
        save_figure(drawn, pdf)
        save_figure(drawn, svg)
        faults += [*faults_of_pdf(pdf), *faults_of_svg(svg)]
        _LOG.info("%s, %s: %d and %d kB", pdf, svg.name, pdf.stat().st_size // 1000, svg.stat().st_size // 1000)
    return faults


def main() -> None:
    """Draw everything."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=OUT, help="the folder to write")
    parser.add_argument("--only", nargs="+", metavar="FIGURE", help="only these figures")
    parser.add_argument("--train", action="store_true", help="first train for the loss curves anew")
    arguments = parser.parse_args()
    logging.basicConfig(format="%(message)s", level=logging.INFO, stream=sys.stderr)
    logging.getLogger("fontTools").setLevel(logging.WARNING)
    if arguments.train:
        write_losses()
    figures = figures_of(read_corpora())
    if unknown := set(arguments.only or ()) - set(figures):
        parser.error(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(figures)}")
    arguments.out.mkdir(parents=True, exist_ok=True)
    chosen = {name: figure for name, figure in figures.items() if not arguments.only or name in arguments.only}
    faults = [fault for name, figure in chosen.items() for fault in draw(name, figure, arguments.out)]
    for fault in faults:
        _LOG.error("%s", fault)
    print(f"{len(chosen)} figures at {len(SIZES)} sizes in {arguments.out}: {len(faults) or 'no'} faults")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
