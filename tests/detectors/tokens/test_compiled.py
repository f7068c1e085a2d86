"""Compiled code is kept where it can be, and found again only while its sources are the same."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import detectors

CODE = """
from pathlib import Path
from detectors.tokens.gaps import gap_code
from detectors.tokens.lexemes import Lexemes
from detectors.tokens.step import find
known = Lexemes(frozenset(), {})
print(find(known.words.joins, 1, 2) >= 0, find.stats.cache_path, sum(find.stats.cache_hits.values()))
"""


@pytest.fixture
def run(tmp_path):
    """Return a function that compiles with a copy of the package, and says where that is kept and what was found."""
    home = tmp_path / "home"
    home.mkdir()
    shutil.copytree(
        Path(detectors.__file__).parent, tmp_path / "detectors", ignore=shutil.ignore_patterns("__pycache__")
    )

    def start():
        # A copy of the package is none of what coverage is measured of.
        variables = {name: value for name, value in os.environ.items() if not name.startswith(("COVERAGE_", "COV_"))}
        variables |= {"PYTHONPATH": str(tmp_path), "HOME": str(home), "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run(
            [sys.executable, "-c", CODE], cwd=tmp_path, env=variables, check=True, capture_output=True, text=True
        )
        found, path, hits = done.stdout.split()
        assert found == "True"
        return path, int(hits)

    return start


def test_what_is_compiled_is_kept_until_a_source_changes(run, tmp_path):
    package = tmp_path / "detectors" / "tokens"
    assert run() == (str(package / "__pycache__"), 0)
    assert run()[1] == 1
    # Not the file of the function itself.
    with (package / "layout.py").open("a") as file:
        file.write("\n# Changed.\n")
    assert run()[1] == 0


def test_without_a_folder_to_keep_it_in_it_is_compiled_all_the_same(run, tmp_path):
    # Files stand where the folders would be made.
    (tmp_path / "detectors" / "tokens" / "__pycache__").write_text("")
    assert run()[0] != "None"
    shutil.rmtree(tmp_path / "home")
    (tmp_path / "home").write_text("")
    assert run() == ("None", 0)
