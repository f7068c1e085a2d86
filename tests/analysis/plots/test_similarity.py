from analysis.plots import plot_similarity


def test_similarity_shows_every_number():
    names = ("student", "teacher", "tessy")
    similarity = {(one, two): 1.0 if one == two else 0.85 for one in names for two in names}
    axes = plot_similarity(similarity).axes[0]
    assert sorted(text.get_text() for text in axes.texts) == ["0.850"] * 6 + ["1.000"] * 3
