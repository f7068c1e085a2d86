from analysis.plots import TEXT, plot_groups, plot_judgement


def test_trust_stands_beside_groups(judgements):
    figure = plot_judgement(judgements["many"], ceiling=0.93)
    left, right = figure.axes
    assert "calibration error" in left.texts[0].get_text()
    assert [label.get_text() for label in right.get_yticklabels()] == ["all (30)", "m (30)"]
    assert figure.get_size_inches()[0] == TEXT


def test_groups_can_be_drawn_alone(judgements):
    assert len(plot_groups(judgements["few"]).axes) == 1
