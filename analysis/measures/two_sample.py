"""The classifier two-sample test: how well a classifier tells two writers apart on questions it never saw."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from analysis.evaluation.bootstrap import REPLICATES
from analysis.measures.count_table import CountTable
from analysis.measures.estimate import Estimate, estimate

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class TwoSampleTest:
    """How well two writers are told apart, out of fold.

    Attributes
    ----------
    auc
        The area under the ROC curve: how often a text of the first writer scores above one of the second. 0.5 is
        chance, 1 means never confused.
    accuracy
        The share of texts put right at a probability of a half.
    p_value
        Of the accuracy were the two alike: then it is normal about 1/2 with variance ``1 / (4 n)`` for n texts
        (Lopez-Paz & Oquab 2017, ICLR, theorem 1), in which texts count as independent.
    """

    auc: Estimate
    accuracy: Estimate
    p_value: float


def two_sample_test(
    first: CountTable, second: CountTable, *, folds: int = 5, replicates: int = REPLICATES, seed: int = 0
) -> TwoSampleTest:
    """Train a classifier to tell two writers apart, and judge it on questions it never saw.

    L2-regularised logistic regression (C = 1) on term frequencies, ``sqrt(tf)`` divided by their norm: a text's length
    is not seen. Folds are grouped by question, both texts of a question in the same one. The interval is a bootstrap
    over questions of the out-of-fold scores; the classifier is not fitted anew.

    Raises
    ------
    ValueError
        When the corpora share fewer than two questions, or there are fewer than two folds.
    """
    from scipy.sparse import vstack
    from scipy.stats import norm

    first, second = first.aligned(second)
    questions = len(first.questions)
    if questions < 2 or folds < 2:
        raise ValueError(f"a two-sample test needs two questions and two folds, got {questions} and {folds}")
    labels = np.repeat([True, False], questions)
    groups = np.tile(np.arange(questions), 2)
    scores = out_of_fold_scores(vstack([first.counts, second.counts]).tocsr(), labels, groups, folds)

    def judged(weights: Array) -> Array:
        texts = weights[groups]
        return np.array([weighted_auc(scores, labels, texts), texts @ ((scores > 0) == labels) / texts.sum()])

    auc, accuracy = estimate(judged, questions, replicates=replicates, seed=seed)
    return TwoSampleTest(auc, accuracy, float(norm.sf((accuracy.value - 0.5) * np.sqrt(4 * len(labels)))))


def out_of_fold_scores(counts: "csr_array", labels: NDArray[np.bool_], groups: NDArray[np.int64], folds: int) -> Array:
    """Return the log-odds that each text is of the first writer, by a classifier that saw none of its group.

    Parameters
    ----------
    counts
        Of the terms, shape (texts, terms).
    labels
        Which texts are the first writer's.
    groups
        A number for each text; texts of one group are never parted.
    folds
        How many parts; at most the number of groups.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GroupKFold
    from sklearn.preprocessing import normalize

    features = normalize(counts.astype(np.float64).sqrt())
    scores = np.zeros(len(labels))
    for train, test in GroupKFold(min(folds, len(np.unique(groups)))).split(features, labels, groups):
        classifier = LogisticRegression(max_iter=1000).fit(features[train], labels[train])
        scores[test] = classifier.decision_function(features[test])
    return scores


def weighted_auc(scores: Array, labels: NDArray[np.bool_], weights: Array) -> float:
    """Return the share of pairs in which a labelled text scores above another; ties count half (Mann-Whitney).

    All of shape (texts,). NaN where the weights leave no pair.
    """
    values, places = np.unique(scores, return_inverse=True)
    positive = np.bincount(places, weights * labels, minlength=len(values))
    negative = np.bincount(places, weights * ~labels, minlength=len(values))
    pairs = positive.sum() * negative.sum()
    below = np.cumsum(negative) - negative / 2
    return float(positive @ below / pairs) if pairs else float("nan")
