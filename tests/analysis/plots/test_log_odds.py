from analysis.divergence import log_odds
from analysis.plots import COLUMN, STUDENT, TEACHER, plot_log_odds


def test_log_odds_shows_the_strongest_terms_of_both_writers():
    terms = log_odds({"hmm": 30, "$x$": 5, "it": 10}, {"thus": 30, ";": 5, "it": 10})
    figure = plot_log_odds(terms, first="Qwen3-8B", second="gpt-oss", top=2)
    (axes,) = figure.axes
    assert [label.get_text() for label in axes.get_yticklabels()] == ["hmm", "$x$", "“;”", "thus"]
    colours = [bar.get_facecolor() for bar in axes.patches]
    assert colours[0] == colours[1] != colours[2] == colours[3]
    assert "Qwen3-8B" in axes.get_xlabel()
    assert figure.get_size_inches()[0] == COLUMN
    assert STUDENT != TEACHER
