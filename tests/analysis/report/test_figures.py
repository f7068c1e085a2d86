import pytest

from analysis.report.figures import comparison_figures
from analysis.report.term_rates import term_rates
from detectors.spans import words


def test_a_report_has_its_figures_with_captions(compared):
    drawn = {name: (caption, figure) for name, caption, figure in comparison_figures(*compared, width=3.3)}
    assert set(drawn) == {
        "similarity", "divergences", "rates", "terms-teacher", "terms-near", "lengths", "projection", "style-share",
    }  # fmt: skip
    assert all(caption.endswith(".") for caption, _ in drawn.values())
    assert {round(figure.get_figwidth(), 2) for _, figure in drawn.values()} == {3.3}


def test_rates_are_those_of_all_traces(compared):
    corpora, _ = compared
    rates = term_rates(corpora, ["okay", "let's see", "nowhere"])
    written = [words(trace.thinking.lower()) for trace in corpora[0].traces]
    okays = sum(word.text == "okay" for text in written for word in text)
    own = rates[corpora[0].label]
    assert own["okay"] > rates[corpora[2].label]["okay"] > rates[corpora[1].label]["okay"] == 0
    assert own["okay"] == pytest.approx(1000 * okays / sum(map(len, written)))
    # It always says the two together.
    assert (own["nowhere"], own["let's see"]) == (0, own["okay"])
