import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from analysis.measures.two_sample import out_of_fold_scores, two_sample_test, weighted_auc
from tests.analysis.measures.tables import counted, traces

rows = st.lists(st.tuples(st.integers(0, 4), st.booleans(), st.integers(0, 3)), min_size=4, max_size=20)


@given(rows)
def test_the_area_is_sklearns(found):
    scores, labels, weights = (np.array(column) for column in zip(*found, strict=True))
    if not weights[labels].sum() or not weights[~labels].sum():
        assert np.isnan(weighted_auc(scores.astype(float), labels, weights.astype(float)))
        return
    theirs = roc_auc_score(labels, scores, sample_weight=weights)
    assert weighted_auc(scores.astype(float), labels, weights.astype(float)) == pytest.approx(theirs, abs=1e-9)


def test_two_styles_are_told_apart_and_one_is_not():
    random = np.random.default_rng(0)
    words = np.array(["a", "b", "c", "d", "e", "f", "g", "h"])
    texts = [" ".join(random.choice(words, 30)) for _ in range(40)]
    others = [" ".join(random.choice(words, 30)) for _ in range(40)]
    same = two_sample_test(*counted(traces(*texts), traces(*others)))
    assert same.auc.low < 0.5 < same.auc.high
    assert same.p_value > 0.01
    marked = two_sample_test(*counted(traces(*(f"so {text}" for text in texts)), traces(*others)))
    assert marked.auc.low > 0.9
    assert marked.p_value < 1e-3


def test_a_question_seen_in_training_is_never_judged():
    from scipy.sparse import csr_array

    # One term a question, the same in both its texts: only who saw the question could tell them apart.
    counts = csr_array(np.vstack([np.eye(6), np.eye(6)]))
    labels, groups = np.repeat([True, False], 6), np.tile(np.arange(6), 2)
    scores = out_of_fold_scores(counts, labels, groups, 3)
    assert scores[:6] == pytest.approx(scores[6:])


def test_one_question_is_not_enough():
    with pytest.raises(ValueError, match="two questions and two folds, got 1"):
        two_sample_test(*counted(traces("so"), traces("thus")))
