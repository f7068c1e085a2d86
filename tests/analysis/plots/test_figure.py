import pytest

from analysis.divergence import log_odds
from analysis.plots import check_form, new_figure, plot_log_odds, save_figure
from detectors.errors import UsageError


@pytest.mark.parametrize("form", [".pdf", ".svg", ".png", ".PNG"])
def test_a_figure_is_the_same_file_each_time(form, tmp_path):
    first, second = tmp_path / f"a{form}", tmp_path / f"b{form}"
    for path in (first, second):
        save_figure(plot_log_odds(log_odds({"a": 3}, {"b": 3})), path)
    assert first.stat().st_size > 1000
    assert first.read_bytes() == second.read_bytes()


def test_letters_are_embedded_as_letters(tmp_path):
    save_figure(plot_log_odds(log_odds({"a": 3}, {"b": 3})), tmp_path / "a.pdf")
    content = (tmp_path / "a.pdf").read_bytes()
    assert b"/Type3" not in content
    assert b"/FontFile2" in content


def test_a_figure_that_cannot_be_written_says_so(tmp_path):
    with pytest.raises(UsageError, match=r"cannot draw 'x\.gif' \(the name must end in one of \.pdf, \.svg, \.png\)"):
        check_form(tmp_path.__class__("x.gif"))
    with pytest.raises(UsageError, match="No such file or directory"):
        save_figure(new_figure(1, 1)[0], tmp_path / "none" / "a.pdf")


def test_a_plot_goes_where_it_is_told():
    figure, axes = new_figure(3, 3)
    assert plot_log_odds(log_odds({"a": 3}, {"b": 3}), axes=axes) is figure
    assert len(figure.axes) == 1
