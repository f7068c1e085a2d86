"""A report's tables on a terminal."""

from typing import TYPE_CHECKING

from analysis.measures.estimate import Estimate
from analysis.report.table import Cell, Table

if TYPE_CHECKING:
    from rich.console import Console


def print_table(console: "Console", table: Table) -> None:
    """Show a table; intervals stand below their numbers, or many corpora would not fit beside each other."""
    from rich.text import Text

    from analysis.evaluation.score_tables import new_table

    shown = new_table(table.title, *table.header)
    for row in table.rows:
        shown.add_row(*(Text(_written(table, cell)) for cell in row))
    console.print(shown)


def _written(table: Table, cell: Cell) -> str:
    if isinstance(cell, Estimate):
        return f"{table.number(cell.value)}\n{table.number(cell.low)}–{table.number(cell.high)}"
    if isinstance(cell, str) or cell is None:
        return cell or ""
    return table.number(cell)
