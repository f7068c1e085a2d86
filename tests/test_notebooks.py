"""Every notebook runs from top to bottom in a kernel of its own, and is stored without what it printed."""

import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

nbformat = pytest.importorskip("nbformat", reason="nbclient is not installed: make check")

CHECKOUT = Path(__file__).parents[1]
NOTEBOOKS = sorted((CHECKOUT / "notebooks").glob("*.ipynb"))
notebooks = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)

# What a reader must get to see, as the least number of displays of a kind.
SHOWN = {
    "01-first-trace": {"text/html": 8},
    "02-measure-divergence": {"text/html": 1, "image/svg+xml": 2},
}


def code_cells(notebook: Any) -> list[Any]:
    """Return the cells that hold code."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def executed(path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run a notebook in an empty folder, with the packages of this checkout."""
    from nbclient import NotebookClient

    # Start-up files in the user's own profile are no part of the test.
    monkeypatch.setenv("IPYTHONDIR", str(folder / "ipython"))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(CHECKOUT), os.environ.get("PYTHONPATH", "")]))
    (folder / "empty").mkdir()
    resources = {"metadata": {"path": str(folder / "empty")}}
    notebook = nbformat.read(path, as_version=nbformat.NO_CONVERT)
    return NotebookClient(notebook, timeout=300, kernel_name="python3", resources=resources).execute()


@notebooks
def test_a_notebook_is_valid_and_stored_without_outputs(path: Path) -> None:
    notebook = nbformat.read(path, as_version=nbformat.NO_CONVERT)
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    assert [cell.id for cell in code_cells(notebook) if cell.outputs or cell.execution_count is not None] == []


@pytest.mark.slow
@notebooks
def test_a_notebook_runs_and_shows_what_it_promises(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outputs = [output for cell in code_cells(executed(path, tmp_path, monkeypatch)) for output in cell.outputs]
    said = [output.text for output in outputs if output.output_type == "stream"]
    # tqdm, which transformers imports, misses widgets that a kernel without a browser has no use for.
    assert [text for text in said if "TqdmWarning" not in text] == []
    shown = Counter(kind for output in outputs for kind in output.get("data", {}))
    assert {kind: shown[kind] for kind, least in SHOWN.get(path.stem, {}).items() if shown[kind] < least} == {}
    assert list((tmp_path / "empty").iterdir()) == []
