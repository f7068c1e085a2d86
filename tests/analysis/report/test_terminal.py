from io import StringIO
from math import nan

from rich.console import Console

from analysis.measures.estimate import Estimate
from analysis.report.table import Table
from analysis.report.terminal import print_table


def test_intervals_stand_below_and_names_are_no_markup():
    out = StringIO()
    rows = [["[red]so", Estimate(0.5, 0.25, 0.75), 1234], ["none", None, nan]]
    print_table(Console(file=out, width=100), Table("x", "A title", ["term", "value", "count"], rows))
    shown = out.getvalue()
    for part in ("A title", "[red]so", "0.500", "0.250–0.750", "1,234", "–"):
        assert part in shown
    lines = shown.splitlines()
    value = next(index for index, line in enumerate(lines) if "0.500" in line)
    assert "0.250" in lines[value + 1]
