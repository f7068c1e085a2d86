"""TF-IDF similarity: how much two corpora use the same words, the common ones of all texts counting less."""

from collections.abc import Mapping
from itertools import combinations_with_replacement, product
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from analysis.evaluation.bootstrap import REPLICATES
from analysis.measures.alignment import align
from analysis.measures.count_table import CountTable
from analysis.measures.estimate import Estimate, estimate

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Similarities = dict[tuple[str, str], Estimate]


def tfidf_vectors(tables: Mapping[str, CountTable]) -> "dict[str, csr_array]":
    """Return a vector of length 1 for what each corpus wrote on each question, shape (questions, terms).

    ``tf * (ln((1 + n) / (1 + df)) + 1)``, then divided by the Euclidean norm: scikit-learn's `TfidfTransformer`. All
    texts of all corpora count as documents, so that the similarities of several pairs can be compared. The tables must
    be aligned.
    """
    from scipy.sparse import csr_array, vstack
    from sklearn.feature_extraction.text import TfidfTransformer

    weights = TfidfTransformer().fit(vstack([table.counts for table in tables.values()]))
    return {name: csr_array(weights.transform(table.counts)) for name, table in tables.items()}


def similarity_of_corpora(
    tables: Mapping[str, CountTable], *, replicates: int = REPLICATES, seed: int = 0
) -> Similarities:
    """Return the cosine of the corpora's mean TF-IDF vectors, for each pair of names (arXiv 2604.14164, Fig. 14).

    1 means the same words in the same proportions. Every text counts alike, however long it is; what single texts are
    about evens out in the mean, and what is left is how a corpus is written.

    Parameters
    ----------
    tables
        By name. The questions are those that all corpora have.
    replicates, seed
        Of the bootstrap over questions; the weights of the terms stay as they are.
    """
    vectors = tfidf_vectors(align(tables))

    def cosines(weights: NDArray[np.float64]) -> NDArray[np.float64]:
        # Sums are as good as means: a cosine does not see lengths.
        sums = np.stack([weights @ one for one in vectors.values()])
        dots: NDArray[np.float64] = sums @ sums.T
        lengths = np.sqrt(dots.diagonal())
        scale = np.outer(lengths, lengths)
        np.divide(dots, scale, out=dots, where=scale > 0)
        return dots.ravel()

    questions = next(iter(vectors.values())).shape[0]
    found = estimate(cosines, questions, replicates=replicates, seed=seed, centred=True, limits=(0.0, 1.0))
    return dict(zip(product(vectors, vectors), found, strict=True))


def similarity_by_question(
    tables: Mapping[str, CountTable], *, replicates: int = REPLICATES, seed: int = 0
) -> Similarities:
    """Return the mean cosine of two corpora's TF-IDF vectors on the same question, for each pair of names.

    What a question is about is in both texts, and so cannot make two corpora look alike or apart. A short text and a
    long one have a low cosine even if one writer wrote both. The parameters are those of `similarity_of_corpora`.
    """
    cosines = cosines_by_question(tables)
    table = np.stack(list(cosines.values()))
    found = estimate(lambda weights: table @ weights / weights.sum(), table.shape[1], replicates=replicates, seed=seed)
    return dict(zip(cosines, found, strict=True))


def cosines_by_question(tables: Mapping[str, CountTable]) -> dict[tuple[str, str], NDArray[np.float64]]:
    """Return the cosine of two corpora's TF-IDF vectors on each question, shape (questions,), for each pair of names.

    The difference of two pairs' arrays is paired: `estimate` its mean to say whether one pair is more alike.
    """
    vectors = tfidf_vectors(align(tables))
    found = {
        (one, two): np.asarray(vectors[one].multiply(vectors[two]).sum(axis=1), dtype=np.float64).ravel()
        for one, two in combinations_with_replacement(vectors, 2)
    }
    return {
        (one, two): found[(one, two) if (one, two) in found else (two, one)] for one, two in product(vectors, vectors)
    }
