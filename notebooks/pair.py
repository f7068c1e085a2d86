"""Writes the notebooks from their scripts: ``make notebooks``.

A notebook is reviewed as a script in jupytext's percent format, and shipped as the .ipynb that jupytext makes of it,
without outputs. jupytext gives cells random ids; here they are named after what is in the script, so that the same
script makes the same bytes.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


def scripts() -> list[Path]:
    """Return the scripts of the notebooks, in order."""
    return sorted(FOLDER.glob("[0-9]*.py"))


def notebook_text(script: Path) -> str:
    """Return the notebook that a script makes, as its file holds it.

    Raises
    ------
    ValueError
        When a cell of code has no title, or two have the same.
    """
    import jupytext
    import nbformat

    notebook = jupytext.read(script)
    for cell, identifier in zip(notebook.cells, identifiers(notebook.cells), strict=True):
        cell.id = identifier
    return str(nbformat.writes(notebook, version=4)) + "\n"


def identifiers(cells: list[Any]) -> Iterator[str]:
    """Name each cell: code by its title in the script, text by its heading, or else by the cell before.

    Raises
    ------
    ValueError
        When a cell of code has no title, or two have the same.
    """
    used: set[str] = set()
    before = ""
    for cell in cells:
        if cell.cell_type == "code":
            name = cell.metadata.get("title", "")
            if not re.fullmatch(r"[a-z0-9-]+", name) or name in used:
                raise ValueError(f"a cell of code needs a title of its own, such as '# %% lengths', not {name!r}")
        else:
            heading = re.match(r"##+ (.+)", cell.source)
            name = _free(f"{_slug(heading[1])}-text" if heading else f"after-{before}" if used else "title", used)
        used.add(name)
        before = name
        yield name


def _slug(heading: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", heading.lower()).strip("-")[:50]


def _free(name: str, used: set[str]) -> str:
    return name if name not in used else next(f"{name}-{n}" for n in range(2, 1000) if f"{name}-{n}" not in used)


if __name__ == "__main__":
    for path in scripts():
        path.with_suffix(".ipynb").write_text(notebook_text(path), encoding="utf-8")
