import csv
import io
from math import nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.measures.estimate import Estimate
from analysis.report.table import Table, latex


def table(*rows, header=("corpus", "traces", "similarity")):
    return Table("measures", "How alike they write", header, rows)


def test_a_column_with_intervals_is_three_in_csv():
    text = table(("Qwen3", 1200, Estimate(0.5, 0.25, 0.75)), ("R1", 3, None)).as_csv()
    assert list(csv.reader(io.StringIO(text))) == [
        ["corpus", "traces", "similarity", "similarity low", "similarity high"],
        ["Qwen3", "1200", "0.5", "0.25", "0.75"],
        ["R1", "3", "", "", ""],
    ]


@given(st.lists(st.tuples(st.text(), st.floats(allow_nan=False)), max_size=5))
def test_csv_keeps_every_name_and_digit(rows):
    # A carriage return alone is a line's end to who reads CSV without its quotation marks.
    text = table(*rows, header=("name", "value")).as_csv()
    read = list(csv.reader(io.StringIO(text, newline="")))[1:]
    assert [(name, float(value)) for name, value in read] == rows


def test_latex_has_a_line_a_row_and_escapes_names():
    lines = table(("gpt_oss & co", 1200, Estimate(0.5, 0.25, nan)), ("R1", None, 0.25)).as_latex().splitlines()
    assert lines[1] == r"\begin{tabular}{lrr}"
    assert lines[3] == r"corpus & traces & similarity \\"
    assert lines[5] == r"gpt\_oss \& co & $1{,}200$ & $0.500$ {\footnotesize [0.250, --]} \\"
    assert lines[6] == r"R1 &  & $0.250$ \\"


def test_latex_prints_what_stands_there():
    assert latex('a_b~{c}\\--d\'s "e" <f> |') == (
        r"a\_b\textasciitilde{}\{c\}\textbackslash{}{-}{-}d\textquotesingle{}s \textquotedbl{}e\textquotedbl{} "
        r"\textless{}f\textgreater{} \textbar{}"
    )


def test_html_escapes_what_comes_from_data():
    page = table(("<script>alert(1)</script>", 1, Estimate(1234.5, -0.0001, 2.0))).as_html()
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "1,234.500 <small>0.000 to 2.000</small>" in page


def test_a_row_of_another_length_is_refused():
    with pytest.raises(ValueError, match="row 2 of the table 'measures' has 1 cells for 3"):
        table(("a", 1, 2.0), ("b",))


def test_a_notebook_shows_the_html() -> None:
    table = Table("x", "A title", ("name", "value"), [("a < b", 1)])
    assert table._repr_html_() == table.as_html()
    assert "a &lt; b" in table.as_html()
