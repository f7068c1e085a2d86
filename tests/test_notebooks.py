"""Every notebook is what its script makes, runs in a kernel of its own, and is stored without what it printed."""

import os
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

nbformat = pytest.importorskip("nbformat", reason="nbclient is not installed: make check")

CHECKOUT = Path(__file__).parents[1]
NOTEBOOKS = sorted((CHECKOUT / "notebooks").glob("*.ipynb"))
notebooks = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)

# What a reader must get to see, as the number of displays of a kind.
SHOWN = {
    "01-measure-a-pair": {"text/html": 4, "image/svg+xml": 5},
    "02-fit-and-judge-detectors": {"text/html": 8, "image/svg+xml": 3},
    "03-synthesize-and-look": {"text/html": 8, "image/svg+xml": 2},
    "04-figures-for-a-paper": {"text/html": 5, "image/svg+xml": 4},
}
# What real traces beside the checkout add.
SHOWN_OF_DATA = {
    "01-measure-a-pair": {"text/html": 3, "image/svg+xml": 2},
    "02-fit-and-judge-detectors": {"text/html": 1, "image/svg+xml": 1},
    "04-figures-for-a-paper": {"text/html": 5, "image/svg+xml": 4},
}


def code_cells(notebook: Any) -> list[Any]:
    """Return the cells that hold code."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def executed(path: Path, data: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run a notebook in an empty folder, with the packages of this checkout and the corpora of `data`."""
    from nbclient import NotebookClient

    # Start-up files in the user's own profile are no part of the test.
    monkeypatch.setenv("IPYTHONDIR", str(folder / "ipython"))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(CHECKOUT), os.environ.get("PYTHONPATH", "")]))
    monkeypatch.setenv("TESSY_DATA", str(data))
    (folder / "empty").mkdir()
    resources = {"metadata": {"path": str(folder / "empty")}}
    notebook = nbformat.read(path, as_version=nbformat.NO_CONVERT)
    return NotebookClient(notebook, timeout=300, kernel_name="python3", resources=resources).execute()


def check_outputs(notebook: Any, expected: Counter[str], folder: Path) -> None:
    """Check that a notebook shows what it promises, says nothing besides, and leaves no file behind."""
    outputs = [output for cell in code_cells(notebook) for output in cell.outputs]
    said = [output.text for output in outputs if output.output_type == "stream"]
    # tqdm, which transformers imports, misses widgets that a kernel without a browser has no use for.
    assert [text for text in said if "TqdmWarning" not in text] == []
    shown = Counter(kind for output in outputs for kind in output.get("data", {}))
    assert {kind: shown[kind] for kind in expected} == expected
    assert list((folder / "empty").iterdir()) == []


@notebooks
def test_a_notebook_is_valid_and_stored_without_outputs(path: Path) -> None:
    notebook = nbformat.read(path, as_version=nbformat.NO_CONVERT)
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    assert [cell.id for cell in code_cells(notebook) if cell.outputs or cell.execution_count is not None] == []


@notebooks
def test_a_notebook_is_what_its_script_makes(path: Path) -> None:
    jupytext = pytest.importorskip("jupytext", reason="jupytext is not installed: make check")
    from notebooks.pair import notebook_text

    script = path.with_suffix(".py")
    stored = nbformat.read(path, as_version=nbformat.NO_CONVERT)
    made = jupytext.read(script)
    assert [(cell.cell_type, cell.source, cell.metadata) for cell in stored.cells] == [
        (cell.cell_type, cell.source, cell.metadata) for cell in made.cells
    ]
    assert path.read_text(encoding="utf-8") == notebook_text(script), "the script was changed: make notebooks"


def test_every_script_has_its_notebook() -> None:
    scripts = sorted((CHECKOUT / "notebooks").glob("[0-9]*.py"))
    assert [script.stem for script in scripts] == [path.stem for path in NOTEBOOKS]


@notebooks
def test_what_a_notebook_points_to_is_there(path: Path) -> None:
    text = path.with_suffix(".py").read_text(encoding="utf-8")
    pointed = re.findall(r"\]\((?!http)([^)]+)\)", text)
    named = re.findall(r"`((?:docs|tessy)/[\w/-]+\.md)`", text)
    assert pointed
    assert named
    assert [name for name in pointed if not (path.parent / name).is_file()] == []
    assert [name for name in named if not (CHECKOUT / name).is_file()] == []
    assert text.rstrip().rpartition("# ## ")[2].startswith("What next")


@pytest.mark.slow
@notebooks
def test_a_notebook_runs_and_shows_what_it_promises(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notebook = executed(path, tmp_path / "none", tmp_path, monkeypatch)
    check_outputs(notebook, Counter(SHOWN[path.stem]), tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("path", [path for path in NOTEBOOKS if path.stem in SHOWN_OF_DATA], ids=lambda path: path.stem)
def test_a_notebook_shows_real_corpora_where_there_are_any(
    path: Path, shared_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notebook = executed(path, shared_data, tmp_path, monkeypatch)
    check_outputs(notebook, Counter(SHOWN[path.stem]) + Counter(SHOWN_OF_DATA[path.stem]), tmp_path)
