import pytest

from analysis.evaluation.comparison import compare
from analysis.plots import plot_comparison


@pytest.mark.parametrize("ceiling", [None, 0.93])
def test_every_detector_has_a_line_with_its_score(judgements, ceiling):
    standings = compare(judgements)
    (axes,) = plot_comparison(standings, ceiling=ceiling).axes
    assert [label.get_text() for label in axes.get_yticklabels()] == ["many", "few"]
    assert axes.yaxis_inverted()
    texts = {text.get_text() for text in axes.texts}
    assert texts >= {f"{judged.values['token.f1']:.3f}" for judged in judgements.values()}
    assert ("annotators 0.93" in texts) == (ceiling is not None)
