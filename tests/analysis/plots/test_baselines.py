"""The figures look as they did when they were last looked at.

After a change that is meant to show, draw the pictures anew with ``python -m tests.analysis.plots.test_baselines``, and
look at each.
"""

from pathlib import Path

import pytest
from matplotlib.testing.compare import compare_images

from tests.analysis.plots.sketches import SKETCHES, World

BASELINES = Path(__file__).parent / "baselines"
TOLERANCE = 6.0
"""Root mean square of the differences of pixels, 0..255: versions of matplotlib shade edges differently."""
_DOTS_PER_INCH = 72


def draw(name: str, path: Path) -> None:
    SKETCHES[name](World(), width="acl-column").savefig(path, dpi=_DOTS_PER_INCH, metadata={"Software": None})


@pytest.mark.parametrize("name", SKETCHES)
def test_a_figure_looks_as_before(name, tmp_path):
    draw(name, tmp_path / f"{name}.png")
    difference = compare_images(str(BASELINES / f"{name}.png"), str(tmp_path / f"{name}.png"), TOLERANCE)
    assert difference is None, difference


def test_another_figure_would_be_seen(tmp_path):
    SKETCHES["lengths"](World(seed=1), width="acl-column").savefig(tmp_path / "other.png", dpi=_DOTS_PER_INCH)
    assert compare_images(str(BASELINES / "lengths.png"), str(tmp_path / "other.png"), TOLERANCE) is not None


if __name__ == "__main__":
    for sketch in SKETCHES:
        draw(sketch, BASELINES / f"{sketch}.png")
