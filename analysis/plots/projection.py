"""Traces as points of a plane: TF-IDF vectors on their two directions of largest variance."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detectors.places import normalise
from detectors.spans import words

_DENSE = 4_000_000
"""Numbers of a matrix that is decomposed whole; a larger one stays sparse."""


@dataclass(frozen=True, slots=True, eq=False)
class Projection:
    """Where the traces of several corpora lie.

    Attributes
    ----------
    points
        For each corpus its traces, shape (traces, 2).
    explained
        The shares of all variance that the two directions hold.
    """

    points: Mapping[str, NDArray[np.float64]]
    explained: tuple[float, float]

    def centroids(self) -> dict[str, NDArray[np.float64]]:
        """Return the mean of each corpus that has traces, shape (2,)."""
        return {name: found.mean(axis=0) for name, found in self.points.items() if len(found)}


def project(corpora: Mapping[str, Sequence[str]]) -> Projection:
    """Project texts onto the first two principal components of their TF-IDF vectors (arXiv 2604.14164, Fig. 8).

    A text is a document of scikit-learn's `TfidfVectorizer` over the words of `detectors.spans.words`, in lower case;
    all corpora are projected together.

    Parameters
    ----------
    corpora
        The texts of each corpus.

    Raises
    ------
    ValueError
        When all texts together are fewer than two, or hold no words.
    """
    from sklearn.decomposition import PCA
    from sklearn.feature_extraction.text import TfidfVectorizer

    texts = [text for found in corpora.values() for text in found]
    if len(texts) < 2:
        raise ValueError(f"a projection needs at least two texts, got {len(texts)}")
    vectors = TfidfVectorizer(analyzer=analyse).fit_transform(texts)
    if vectors.shape[1] < 2 or vectors.shape[0] * vectors.shape[1] <= _DENSE:
        dense = vectors.toarray()
        dense = np.pad(dense, ((0, 0), (0, max(0, 2 - dense.shape[1]))))
        # Without any variance, its shares are 0 / 0; below they are 0.
        with np.errstate(invalid="ignore"):
            model = PCA(2, svd_solver="full").fit(dense)
        places = model.transform(dense)
    else:
        model = PCA(2, svd_solver="arpack", random_state=0).fit(vectors)
        places = np.asarray(model.transform(vectors))
    ends = np.cumsum([len(found) for found in corpora.values()])
    one, two = np.nan_to_num(model.explained_variance_ratio_).tolist()
    points = dict(zip(corpora, np.split(places, ends[:-1]), strict=True))
    return Projection(points, (one, two))


def analyse(text: str) -> list[str]:
    """Return the words and signs of a text in lower case: what the TF-IDF vectors are of."""
    return [normalise(word.text) for word in words(text)]
