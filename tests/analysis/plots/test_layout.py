"""What holds for all twelve figures: nothing cut off, nothing over anything else, letters that can be read."""

import pytest

from analysis.plots import inches, new_figure
from analysis.plots.figure import TINY
from tests.analysis.plots.layout import clipped, letters, overlaps
from tests.analysis.plots.sketches import AWKWARD, PLAIN, SKETCHES, World

WORLDS = {
    "three": World(PLAIN),
    "one": World(("a lonely model",)),
    "eight": World(AWKWARD),
    "huge": World(PLAIN, scale=1e6),
    "tiny": World(PLAIN, scale=1e-3),
}
"""What figures are drawn of."""


@pytest.mark.parametrize("width", ["acl-column", "acl-page", "neurips-half"])
@pytest.mark.parametrize("world", WORLDS)
@pytest.mark.parametrize("sketch", SKETCHES)
def test_nothing_is_cut_off_and_nothing_lies_over_anything(sketch, world, width):
    figure = SKETCHES[sketch](WORLDS[world], width=width)
    assert clipped(figure) == []
    assert overlaps(figure) == []
    assert min(text.get_fontsize() for text, _ in letters(figure)) >= TINY
    assert figure.get_size_inches()[0] == pytest.approx(inches(width))
    box = figure.get_tightbbox(figure.canvas.get_renderer())
    assert box.x0 > -0.01
    assert box.y0 > -0.01
    assert box.x1 < figure.get_size_inches()[0] + 0.01
    assert box.y1 < figure.get_size_inches()[1] + 0.01


@pytest.mark.parametrize("sketch", SKETCHES)
def test_a_figure_goes_into_the_axes_that_are_given(sketch):
    figure, axes = new_figure(4, 4)
    assert SKETCHES[sketch](World(), axes=axes) is figure
    assert axes.has_data()
    assert clipped(figure) == []


@pytest.mark.parametrize("sketch", SKETCHES)
def test_names_are_shown_as_they_are_spelled(sketch):
    texts = [text for text, _ in letters(SKETCHES[sketch](World(("$a$_1", "teacher", "$b^2$")), width=5.0))]
    assert not any(
        text.get_parse_math() for text in texts if "$" in text.get_text() and r"\mathdefault" not in text.get_text()
    )


def test_the_test_sees_what_is_cut_off_and_what_lies_over():
    figure, axes = new_figure(2, 2)
    figure.set_layout_engine("none")
    axes.text(0.5, 0.5, "one over")
    axes.text(0.52, 0.5, "the other")
    axes.text(0.9, 0.1, "beyond the edge of it")
    assert overlaps(figure) == [("one over", "the other")]
    assert clipped(figure) == ["beyond the edge of it"]
