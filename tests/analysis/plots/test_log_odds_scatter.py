import numpy as np

from analysis.divergence import Term, log_odds
from analysis.plots import STUDENT, TEACHER, plot_log_odds_scatter


def test_each_side_has_its_colour_and_the_strongest_terms_are_named():
    terms = log_odds({"hmm": 300, "x": 100, "wait": 200}, {"thus": 300, "x": 100, "$": 90})
    figure = plot_log_odds_scatter(terms, first="a", second="b", top=2)
    (axes,) = figure.axes
    named = {text.get_text(): text.get_color() for text in axes.texts}
    assert named == {"hmm": STUDENT, "wait": STUDENT, "thus": TEACHER, "“$”": TEACHER}
    grey, ours, theirs = axes.collections
    assert [len(dots.get_offsets()) for dots in (grey, ours, theirs)] == [1, 2, 2]


def test_terms_that_stand_nowhere_are_left_out():
    (axes,) = plot_log_odds_scatter([Term("a", 0.0, 0.0, 0, 0), Term("b", 1.0, 9.0, 5, 0)]).axes
    assert sum(len(dots.get_offsets()) for dots in axes.collections) == 1


def test_no_terms_no_points():
    assert not plot_log_odds_scatter([]).axes[0].texts


def test_names_that_find_no_place_are_left_out():
    terms = [Term(f"a long and different name {number}", 1.0, 50.0, 500, 0) for number in range(60)]
    (axes,) = plot_log_odds_scatter(terms, top=60, width=2.65).axes
    assert 0 < len(axes.texts) < 60


def test_very_many_points_make_a_small_file(tmp_path):
    from analysis.plots import save_figure

    chance = np.random.default_rng(0)
    terms = [Term(f"t{n}", 0.0, float(z), n + 1, 0) for n, z in enumerate(chance.normal(0, 3, 20_000))]
    save_figure(plot_log_odds_scatter(terms), tmp_path / "a.svg")
    assert (tmp_path / "a.svg").stat().st_size < 300_000
