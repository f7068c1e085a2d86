import subprocess
import sys

import pytest

import analysis
import detectors

HEAVY = ("sklearn", "torch", "spacy", "matplotlib", "transformers", "scipy", "numpy")


@pytest.mark.parametrize("package", [analysis, detectors])
def test_every_public_name_is_there(package):
    assert dir(package) == sorted(package.__all__)
    for name in package.__all__:
        assert getattr(package, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        package.nothing  # noqa: B018


@pytest.mark.parametrize("statement", ["import analysis, detectors", "import analysis.cli"])
def test_importing_brings_nothing_heavy(statement):
    script = f"import sys; {statement}; print(*[name for name in {HEAVY!r} if name in sys.modules])"
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == ""
