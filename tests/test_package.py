"""What holds for the project as a whole: quick imports, the public names, sizes of files, nothing of one machine."""

import re
import statistics
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import tessy

CHECKOUT = Path(__file__).parents[1]
PACKAGES = ("tessy", "analysis", "detectors")
HEAVY = {"torch", "transformers", "tokenizers", "sklearn", "spacy", "matplotlib", "vllm", "pyarrow", "numba"}
PUBLIC = {
    "BoundaryFinder", "Counters", "Detector", "Draft", "Engine", "HttpEngine", "LexiconDetector", "Limits",
    "LogisticDetector", "ModelSettings", "Outcome", "Prompt", "Role", "RunSettings", "Sampling", "ScriptedEngine",
    "Segment", "Session", "Span", "StopReason", "StopRule", "Synthesizer", "TessyError", "Trace", "TransformersEngine",
    "VllmEngine", "induce_lexicon", "jensen_shannon", "load", "log_odds", "read_corpus", "read_prompts", "save",
    "trace_row", "words",
}  # fmt: skip
# A folder of somebody's machine, or the host of a package index; the index of PyTorch's CPU builds is the one allowed.
OF_ONE_MACHINE = re.compile(r"(?<![\w.~])/(work|root|home)/\w|pyp[i]\.org|python[h]osted\.org|npm[j]s\.|deb[i]an\.org")
BINARY = {".safetensors", ".png", ".parquet", ".bin"}


def loaded_after(statement: str) -> set[str]:
    """Return the top-level modules that a new interpreter holds after a statement."""
    code = f"{statement}\nimport sys\nprint(*{{name.partition('.')[0] for name in sys.modules}})"
    return set(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split())


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_says_what_it_is(package: str) -> None:
    assert import_module(package).__doc__


@pytest.mark.parametrize("package", PACKAGES)
def test_importing_a_package_loads_nothing_heavy(package: str) -> None:
    assert not loaded_after(f"import {package}") & HEAVY


def test_looking_up_every_public_name_loads_no_model_library() -> None:
    loaded = loaded_after("import tessy\nfor name in tessy.__all__: getattr(tessy, name)")
    assert not loaded & {"torch", "transformers", "vllm", "spacy", "sklearn", "matplotlib", "numba"}


def test_the_public_names_are_these() -> None:
    assert set(tessy.__all__) == PUBLIC
    assert sorted(tessy.__all__) == tessy.__all__


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_a_public_name_is_there_and_listed(name: str) -> None:
    assert getattr(tessy, name).__doc__
    assert name in dir(tessy)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Sythesizer'"):
        _ = tessy.Sythesizer  # type: ignore[attr-defined]


def files(*patterns: str, folders: tuple[str, ...] = PACKAGES) -> list[Path]:
    """Return the checkout's files under some folders; skips where the tests run on the wheel, without the checkout."""
    if not (CHECKOUT / "Makefile").is_file():
        pytest.skip("these tests run outside the checkout")
    return [path for folder in folders for pattern in patterns for path in (CHECKOUT / folder).rglob(pattern)]


def lines(path: Path) -> int:
    """Return how many lines a file has."""
    return len(path.read_text(encoding="utf-8").splitlines())


def test_sizes_of_modules_have_a_median_under_120_lines() -> None:
    assert statistics.median(map(lines, files("*.py"))) < 120


def test_sizes_of_files_are_300_lines_at_most() -> None:
    python = files("*.py", folders=(*PACKAGES, "tests", "benchmarks"))
    assert {path.relative_to(CHECKOUT).as_posix(): lines(path) for path in python if lines(path) > 300} == {}


def test_no_file_names_one_machine_or_a_package_index() -> None:
    files()
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=CHECKOUT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if listing.returncode:
        pytest.skip("this is no git checkout")
    tracked = [CHECKOUT / name for name in listing.stdout.splitlines()]
    found = [
        f"{path.relative_to(CHECKOUT)}:{number}: {line.strip()[:120]}"
        for path in tracked
        if path.is_file() and path.suffix not in BINARY
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if OF_ONE_MACHINE.search(line)
    ]
    assert found == []
