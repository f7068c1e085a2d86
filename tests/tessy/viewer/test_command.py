import typer
from typer.testing import CliRunner

from tessy.viewer.command import view
from tests.tessy.viewer.conftest import row, write

app = typer.Typer()
app.command()(view)


def test_the_command_writes_the_page_and_says_so(tmp_path):
    rows = write(tmp_path / "rows.jsonl", [row(number) for number in range(3)])
    teacher = write(tmp_path / "teacher.jsonl", [{"id": "q0", "prompt": "question 0", "thinking": "We need 4."}])
    out = tmp_path / "view.html"
    result = CliRunner().invoke(app, [str(rows), "--out", str(out), "--teacher", str(teacher), "--limit", "2"])
    assert result.exit_code == 0, result.output
    assert "view.html: 2 rows" in result.output
    assert out.read_text().startswith("<!doctype html>")
