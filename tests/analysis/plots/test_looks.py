from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.plots.bars import draw_bars
from analysis.plots.figure import new_figure
from analysis.plots.looks import COLOURS, lightness, looks

NAMES = st.lists(st.text(min_size=1, max_size=8), min_size=1, max_size=8, unique=True)
ROLES = st.sampled_from([None, "student", "teacher", "synthesized"])


@given(NAMES, st.data())
def test_up_to_eight_writers_differ_in_every_shape_and_keep_their_roles_colour(names, data):
    roles = {name: role for name in names if (role := data.draw(ROLES)) is not None}
    found = looks(names, roles)
    assert list(found) == names
    for shapes in zip(*((look.hatch, look.marker, look.dashes) for look in found.values()), strict=True):
        assert len(set(shapes)) == len(names)
    assert all(found[name].colour == COLOURS[role] for name, role in roles.items())


@given(NAMES)
def test_a_role_looks_the_same_whoever_stands_beside_it(names):
    assert looks([*names, "teacher"])["teacher"] == looks(["teacher"])["teacher"]


def test_more_writers_than_shapes_are_drawn_too():
    assert len(looks(map(str, range(20)))) == 20


def test_roles_differ_in_lightness():
    values = sorted(map(lightness, COLOURS.values()))
    assert min(np.diff(values)) > 5


@pytest.mark.parametrize(
    ("colour", "expected"), [("#FFFFFF", 100), ("#000000", 0), ("#777777", 50.03), ("#FF0000", 53.24)]
)
def test_lightness_is_that_of_cielab(colour, expected):
    assert lightness(colour) == pytest.approx(expected, abs=0.01)


def test_bars_differ_in_grey_print():
    """Each two of eight writers: the pixels of their bars, taken in grey, are apart by a twentieth of the scale."""
    shown = looks([*COLOURS, "a", "b", "c", "d", "e"])
    figure, axes = new_figure(4, 4)
    figure.set_layout_engine("none")
    axes.set_position((0, 0, 1, 1))
    axes.axis("off")
    for place, look in enumerate(shown.values()):
        draw_bars(axes, [place], [1.0], look, height=1.0)
    axes.set(xlim=(0, 1), ylim=(-0.5, 7.5))
    figure.draw_without_rendering()
    figure.canvas.draw()
    pixels = np.asarray(figure.canvas.buffer_rgba())[:, :, :3].astype(float) @ [0.299, 0.587, 0.114]
    height = len(pixels) // 8
    bars = [np.sort(pixels[row * height : (row + 1) * height][4:-4].ravel()) for row in range(8)]
    patterns = [pixels[row * height : (row + 1) * height][4:-4] for row in range(8)]
    for one, two in combinations(range(8), 2):
        by_lightness = np.abs(bars[one] - bars[two]).mean()
        by_pattern = np.abs(patterns[one] - patterns[two]).mean()
        assert max(by_lightness, by_pattern) > 255 / 20
