"""A table of a report, and how it is written: as CSV, as LaTeX, as HTML."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from math import isfinite
from typing import Final

from analysis.measures.estimate import Estimate

Cell = str | int | float | Estimate | None
"""A name, a count, a number, a number with its interval; None where there is none to give."""

_LATEX: Final = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\{",
        "}": r"\}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{sign: f"\\{sign}" for sign in "&%$#_"},
        # Ligatures and quotation marks would change what a term says.
        '"': r"\textquotedbl{}",
        "'": r"\textquotesingle{}",
        "`": r"\textasciigrave{}",
        "<": r"\textless{}",
        ">": r"\textgreater{}",
        "|": r"\textbar{}",
        "-": "{-}",
        # A line's end would take them, in the next line, for its own.
        "[": "{[}",
        "*": "{*}",
        "\n": " ",
    }
)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a header; the first column holds names.

    Attributes
    ----------
    name
        Of its files, without an ending.
    title
        What it is about, in a sentence.
    header
        A name for each column.
    rows
        As many cells each as the header has.
    digits
        Digits after the point of numbers, for people; CSV has them all.

    Raises
    ------
    ValueError
        When a row has another number of cells than the header.
    """

    name: str
    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    digits: int = 3

    def __post_init__(self) -> None:
        for number, row in enumerate(self.rows, 1):
            if len(row) != len(self.header):
                raise ValueError(f"row {number} of the table {self.name!r} has {len(row)} cells for {len(self.header)}")

    def as_csv(self) -> str:
        """Write it as CSV (RFC 4180): a column with intervals becomes three, ``name``, ``name low``, ``name high``."""
        wide = [any(isinstance(row[column], Estimate) for row in self.rows) for column in range(len(self.header))]
        text = io.StringIO()
        writer = csv.writer(text)
        names = zip(self.header, wide, strict=True)
        writer.writerow([part for name, is_wide in names for part in _names(name, is_wide=is_wide)])
        for row in self.rows:
            cells = zip(row, wide, strict=True)
            writer.writerow([part for cell, is_wide in cells for part in _parts(cell, is_wide=is_wide)])
        return text.getvalue()

    def as_latex(self) -> str:
        """Write it as a LaTeX ``tabular`` for the packages booktabs and textcomp, with T1 fonts; no float around it."""
        lines = [
            f"% {' '.join(self.title.split())}",
            r"\begin{tabular}{l" + "r" * (len(self.header) - 1) + "}",
            r"\toprule",
            self._latex_row([latex(name) for name in self.header]),
            r"\midrule",
            *(self._latex_row([self._latex_cell(cell) for cell in row]) for row in self.rows),
            r"\bottomrule",
            r"\end{tabular}",
        ]
        return "\n".join(lines) + "\n"

    def as_html(self) -> str:
        """Write it as an HTML ``table``."""
        head = "".join(f'<th scope="col">{escape(name)}</th>' for name in self.header)
        rows = "\n".join(f"<tr>{''.join(self._html_cells(row))}</tr>" for row in self.rows)
        caption = f"<caption>{escape(self.title)}</caption>"
        return f"<table>\n{caption}\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>"

    def _repr_html_(self) -> str:
        """Show it in notebooks."""
        return self.as_html()

    def number(self, value: float) -> str:
        """Write a number for people; an en dash for one that is not defined."""
        if isinstance(value, int):
            return f"{value:,}"
        # A bound just below nothing is nothing.
        return f"{round(value, self.digits) + 0.0:,.{self.digits}f}" if isfinite(value) else "–"

    def _html_cells(self, row: Sequence[Cell]) -> Iterator[str]:
        for column, cell in enumerate(row):
            if isinstance(cell, str) or cell is None:
                text = escape(cell or "")
                yield f"<td>{text}</td>" if column else f'<th scope="row">{text}</th>'
            elif isinstance(cell, Estimate):
                bounds = f"{self.number(cell.low)} to {self.number(cell.high)}"
                yield f'<td class="number">{self.number(cell.value)} <small>{bounds}</small></td>'
            else:
                yield f'<td class="number">{self.number(cell)}</td>'

    def _latex_cell(self, cell: Cell) -> str:
        if isinstance(cell, Estimate):
            low, high = (self.number(bound).replace("–", "--") for bound in (cell.low, cell.high))
            value = self.number(cell.value).replace(",", "{,}").replace("–", "-")
            return f"${value}$ {{\\footnotesize [{low}, {high}]}}"
        if isinstance(cell, str) or cell is None:
            return latex(cell or "")
        return f"${self.number(cell).replace(',', '{,}').replace('–', '-')}$"

    @staticmethod
    def _latex_row(cells: Sequence[str]) -> str:
        return " & ".join(cells) + r" \\"


def latex(text: str) -> str:
    """Escape a text for LaTeX, so that it is printed as it stands."""
    return text.translate(_LATEX)


def _names(name: str, *, is_wide: bool) -> list[str]:
    return [name, f"{name} low", f"{name} high"] if is_wide else [name]


def _parts(cell: Cell, *, is_wide: bool) -> list[str | int | float]:
    if isinstance(cell, Estimate):
        return [cell.value, cell.low, cell.high]
    return ["" if cell is None else cell, *([""] * 2 if is_wide else [])]
