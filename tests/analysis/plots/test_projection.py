import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.feature_extraction.text import TfidfVectorizer

from analysis.plots import plot_projection, project

CORPORA = {
    "a": ["okay so 3 + 4", "okay then 5", "wait , so"],
    "b": ["we need 3 + 4", "thus 5", "thus we need"],
    "c": [],
}


def test_points_are_principal_components_of_tfidf_vectors():
    found = project(CORPORA)
    texts = [text for documents in CORPORA.values() for text in documents]
    dense = TfidfVectorizer(analyzer=str.split).fit_transform(texts).toarray()
    expected = PCA(2, svd_solver="full").fit(dense)
    np.testing.assert_allclose(np.vstack(list(found.points.values())), expected.transform(dense), atol=1e-9)
    assert found.explained == pytest.approx(expected.explained_variance_ratio_)
    assert [len(points) for points in found.points.values()] == [3, 3, 0]
    np.testing.assert_allclose(found.centroids()["a"], found.points["a"].mean(axis=0))


def test_a_sparse_decomposition_is_the_same(monkeypatch):
    dense = project(CORPORA)
    monkeypatch.setattr("analysis.plots.projection._DENSE", 0)
    sparse = project(CORPORA)
    for name in ("a", "b"):
        np.testing.assert_allclose(np.abs(sparse.points[name]), np.abs(dense.points[name]), atol=1e-9)


@pytest.mark.parametrize("corpora", [{"a": ["x", "x"]}, {"a": ["x", "y"]}])
def test_small_corpora_are_projected(corpora):
    assert np.isfinite(project(corpora).points["a"]).all()


@pytest.mark.parametrize("corpora", [{}, {"a": ["x"]}, {"a": ["", ""]}])
def test_too_little_to_project_is_told(corpora):
    with pytest.raises(ValueError, match=r"at least two texts|vocabulary"):
        project(corpora)


def test_the_centroid_is_drawn_large():
    figure = plot_projection(project(CORPORA))
    points, *_ = figure.axes[0].collections
    large = [dots for dots in figure.axes[0].collections if dots.get_sizes()[0] > points.get_sizes()[0]]
    assert len(large) == 3
    np.testing.assert_allclose(large[0].get_offsets()[0], project(CORPORA).centroids()["a"])
