"""Builds the wheel, installs it outside the checkout and runs the fast tests on it: ``python tests/support/wheel.py``.

What only a wheel can show: that every module and data file is packed, and that nothing leans on the checkout.
"""

import shutil
import subprocess
import sys
import sysconfig
import tempfile
import venv
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
IMPORTED_FROM = """
import sys, analysis, detectors, tessy
folders = [folder for package in (analysis, detectors, tessy) for folder in package.__path__]
outside = [folder for folder in folders if not folder.startswith(sys.prefix)]
sys.exit(f"not imported from the wheel: {outside}" if outside else 0)
"""


def main(workspace: Path) -> None:
    """Run the fast tests on the wheel in `workspace`, an empty folder outside the checkout."""
    build = [sys.executable, "-m", "build", "--outdir", str(workspace / "dist"), str(CHECKOUT)]
    subprocess.run(build, check=True, stdout=subprocess.DEVNULL)
    (wheel,) = (workspace / "dist").glob("*.whl")

    python = environment(workspace / "venv")
    install = ["--python", str(python), "install", "--quiet", "--no-deps", "--no-index", str(wheel)]
    subprocess.run([sys.executable, "-m", "pip", *install], check=True)

    copy = workspace / "copy"
    shutil.copytree(CHECKOUT / "tests", copy / "tests", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(CHECKOUT / "docs", copy / "docs")
    shutil.copy(CHECKOUT / "pyproject.toml", copy)
    subprocess.run([python, "-c", IMPORTED_FROM], check=True, cwd=copy)
    pytest = [python, "-m", "pytest", "--quiet", "-r", "fE", "-m", "not slow"]
    subprocess.run(pytest, check=True, cwd=copy)


def environment(folder: Path) -> Path:
    """Make a virtual environment that sees this one's packages but not its editable tessy; return its interpreter.

    A line of a `.pth` file adds a folder to the path without reading the `.pth` files in it, and an editable install
    is such a file.
    """
    venv.create(folder, symlinks=True)
    python = folder / "bin" / "python"
    show = [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'), end='')"]
    packages = Path(subprocess.run(show, check=True, capture_output=True, text=True).stdout)
    (packages / "checkout-environment.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return python


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        try:
            main(Path(scratch))
        except subprocess.CalledProcessError as error:
            sys.exit(error.returncode)
