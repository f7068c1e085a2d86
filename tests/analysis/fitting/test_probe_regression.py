import numpy as np
import pytest

import analysis.fitting.probe_regression as module
from analysis.fitting.probe_regression import _Problem, regress


def make_texts(seed=0, count=40, width=6):
    """Texts whose words are style where a direction in their own state and one in the next say so."""
    random = np.random.default_rng(seed)
    texts = [random.normal(2, 3, (size, width)) for size in random.integers(1, 30, count)]
    own, following = random.normal(0, 1, (2, width))
    log_odds = [
        (text - 2) @ own + np.append((text[1:] - 2) @ following, 0.0) + random.normal(0, 0.5, len(text))
        for text in texts
    ]
    return texts, np.concatenate(log_odds) > 1


def predict(found, texts, offsets):
    total = []
    for text in texts:
        log_odds = np.full(len(text), found.bias)
        for k, offset in enumerate(offsets):
            for word in range(len(text)):
                if 0 <= word + offset < len(text):
                    log_odds[word] += text[word + offset] @ found.weights[k] - found.centres[k]
        total.append(log_odds)
    return np.concatenate(total)


def test_it_is_scikit_learns_logistic_regression_on_standardised_states():
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    texts, true = make_texts()
    found = regress(texts, true, [0], penalty=2.0, word_penalty=1.0)
    rows = StandardScaler().fit_transform(np.concatenate(texts))
    expected = LogisticRegression(C=0.5, tol=1e-8).fit(rows, true).decision_function(rows)
    np.testing.assert_allclose(predict(found, texts, [0]), expected, atol=0.05)


@pytest.mark.parametrize("offsets", [[0], [0, 1], [-1]])
def test_neighbours_help_where_they_decide(offsets):
    texts, true = make_texts()
    found = regress(texts, true, offsets, penalty=1.0, word_penalty=1.0)
    right = float(np.mean((predict(found, texts, offsets) > 0) == true))
    assert (right > 0.93) is (offsets == [0, 1])


def test_words_are_fitted_together_with_the_states():
    from scipy.sparse import csr_matrix

    texts, true = make_texts()
    rows = csr_matrix(np.stack([true, ~true], axis=1).astype(np.float32))
    found = regress(texts, true, [-1], hashed=rows, penalty=100.0, word_penalty=0.01)
    assert found.word_weights[0] > 1
    assert found.word_weights[1] < -1
    log_odds = predict(found, texts, [-1]) + rows @ found.word_weights
    assert ((log_odds > 0) == true).all()


def test_the_gradient_is_that_of_the_loss():
    from scipy.optimize import check_grad
    from scipy.sparse import csr_matrix

    texts, true = make_texts(count=5)
    rows = csr_matrix((np.arange(len(true) * 2).reshape(-1, 2) % 3 == 0).astype(np.float32))
    problem = _Problem(texts, true, [0, 1], rows, 3.0, 2.0)
    point = np.random.default_rng(1).normal(0, 0.3, 2 * 6 + 2 + 1)
    # The states are multiplied in float32, so differences are coarse.
    assert check_grad(lambda p: problem.loss(p)[0], lambda p: problem.loss(p)[1], point, epsilon=1e-2) < 1e-2


def test_states_on_disk_give_the_same_weights(monkeypatch):
    texts, true = make_texts()
    held = regress(texts, true, [0, 1], penalty=5.0, word_penalty=1.0)
    monkeypatch.setattr(module, "_IN_MEMORY", 0)
    half = [text.astype(np.float16) for text in texts]
    read = regress(half, true, [0, 1], penalty=5.0, word_penalty=1.0)
    np.testing.assert_allclose(read.weights, held.weights, atol=0.02)
    assert read.bias == pytest.approx(held.bias, abs=0.05)
