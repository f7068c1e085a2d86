import pytest

from analysis.plots import SIZES, inches, plot_lengths


@pytest.mark.parametrize("name", SIZES)
def test_a_figure_is_as_wide_as_its_size_says(name):
    figure = plot_lengths({"student": [1, 2, 3]}, width=name)
    assert figure.get_size_inches()[0] == pytest.approx(SIZES[name])


def test_two_columns_and_the_gap_between_them_make_a_page():
    assert 2 * SIZES["acl-column"] + 0.6 / 2.54 == pytest.approx(SIZES["acl-page"])
    assert 2 * SIZES["icml-column"] + 0.25 == SIZES["icml-page"]
    assert 2 * SIZES["neurips-half"] + 0.2 == pytest.approx(SIZES["neurips-page"])


@pytest.mark.parametrize("wrong", ["a4", 0, -1.0, float("nan"), float("inf")])
def test_no_other_width_is_taken(wrong):
    with pytest.raises(ValueError, match=r"unknown size|must be above 0"):
        inches(wrong)
