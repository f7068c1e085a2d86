"""Every code block of the documentation runs; CONTRIBUTING.md says how to mark one that cannot (see "Documentation").

The blocks of a page run in order, in one folder and, for Python, in one namespace, so that a later block can use what
an earlier one made. A block that is not run is still checked for syntax.
"""

import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.support.markdown import Block, blocks

CHECKOUT = Path(__file__).parents[1]
PAGES = [CHECKOUT / "README.md", CHECKOUT / "CONTRIBUTING.md", *sorted((CHECKOUT / "docs").rglob("*.md"))]
NOT_CODE = {"", "text", "bibtex", "mermaid", "diff"}


@dataclass(frozen=True, slots=True)
class Page:
    """What the blocks of one page share."""

    folder: Path
    namespace: dict[str, Any] = field(default_factory=lambda: {"__name__": "__main__"})


def collected() -> Iterator[Any]:
    """Every block of every page, those that start vLLM marked as slow."""
    for page in filter(Path.is_file, PAGES):
        for block in blocks(page, page.relative_to(CHECKOUT).as_posix()):
            marks = [pytest.mark.slow] if block.marks.get("needs") == "vllm" else []
            yield pytest.param(block, id=str(block), marks=marks)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Page]:
    """One page's shared folder and namespace, by the page's name."""
    names = {page.relative_to(CHECKOUT).as_posix(): page.stem for page in PAGES}
    return {name: Page(tmp_path_factory.mktemp(stem)) for name, stem in names.items()}


@pytest.mark.parametrize("block", collected())
def test_code_block_runs(block: Block, pages: dict[str, Page], monkeypatch: pytest.MonkeyPatch) -> None:
    page = pages[block.page]
    monkeypatch.chdir(page.folder)
    check_syntax(block)
    if "file" in block.marks:
        Path(block.marks["file"]).parent.mkdir(parents=True, exist_ok=True)
        Path(block.marks["file"]).write_text(block.text, encoding="utf-8")
        return
    skip_unless_possible(block)
    if block.language == "python":
        exec(compile(padded(block), str(CHECKOUT / block.page), "exec"), page.namespace)
    elif block.language in {"bash", "console"}:
        run_shell(block)


def check_syntax(block: Block) -> None:
    """Parse a block in its own language; a language that nothing here knows fails, so that none goes unchecked."""
    match block.language:
        case "python":
            compile(padded(block), block.page, "exec")
        case "bash" | "console":
            subprocess.run(["bash", "-n"], input=commands(block), text=True, check=True)
        case "json":
            json.loads(block.text)
        case "jsonl":
            for line in block.text.splitlines():
                json.loads(line)
        case "toml":
            tomllib.loads(block.text)
        case language:
            assert language in NOT_CODE, f"{block}: {language!r} is no language that tests/test_docs.py knows"


def skip_unless_possible(block: Block) -> None:
    """Skip a block whose mark says that it cannot run here."""
    if "skip" in block.marks:
        pytest.skip(block.marks["skip"])
    match block.marks.get("needs"):
        case None:
            return
        case "gpu":
            pytest.skip("needs a GPU")
        case "vllm":
            if find_spec("vllm") is None:
                pytest.skip("vLLM is not installed")
        case other:
            pytest.fail(f"{block}: 'needs: {other}' is neither 'gpu' nor 'vllm'")


def run_shell(block: Block) -> None:
    """Run the commands of a block with this environment's programs first, stopping at the first that fails."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    bash = shutil.which("bash") or "bash"
    command = [bash, "-euo", "pipefail", "-c", commands(block)]
    done = subprocess.run(command, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{block}: exit code {done.returncode}\n{done.stdout}\n{done.stderr}"


def commands(block: Block) -> str:
    """The commands of a shell block; of a `console` block, the lines after the prompt ``$``."""
    if block.language == "bash":
        return block.text
    return "".join(line[2:] + "\n" for line in block.text.splitlines() if line.startswith("$ "))


def padded(block: Block) -> str:
    """The code below as many empty lines as the page has above it, so that a traceback names the page's line."""
    return "\n" * block.line + block.text
