"""Logistic regression over dense states and hashed words together; the states may lie on disk."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from detectors.log_odds import probability

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

_IN_MEMORY: Final = 1 << 30
"""Bytes: states that take no more in float32 are held in memory; more are read from disk at every step."""
_STEPS: Final = 100
_SMALLEST: Final = 1e-6

Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Regression:
    """What was fitted: the parts of a word's log-odds (see `detectors.probe.ProbeDetector`).

    Attributes
    ----------
    weights
        Shape (offsets, numbers of a state), float64: standardisation is folded in.
    centres
        Shape (offsets,), float64: what the mean state gives.
    word_weights
        Shape (columns of `hashed`,), float64.
    bias
        The log-odds of a word with mean states.
    """

    weights: Vector
    centres: Vector
    word_weights: Vector
    bias: float


def regress(
    states: Sequence[NDArray[Any]],
    true: NDArray[np.bool_],
    offsets: Sequence[int],
    *,
    hashed: "csr_matrix | None" = None,
    penalty: float,
    word_penalty: float,
) -> Regression:
    """Minimise the log loss plus an L2 penalty on standardised weights, with SciPy's L-BFGS-B.

    Parameters
    ----------
    states
        For each text the states of its words: shape (words, numbers), any floating point.
    true
        Shape (words of all texts,): whether each is style.
    offsets
        Which states decide on a word, in words from it; a state beyond the text counts as the mean.
    hashed
        Shape (words of all texts, columns): features of the words themselves.
    penalty, word_penalty
        Half of it times the squared norm of the weights is added to the summed loss.
    """
    problem = _Problem(states, true, offsets, hashed, penalty, word_penalty)
    return problem.solve()


class _Problem:
    """The data, standardised on the fly: the states are multiplied once a step for all offsets."""

    def __init__(
        self,
        states: Sequence[NDArray[Any]],
        true: NDArray[np.bool_],
        offsets: Sequence[int],
        hashed: "csr_matrix | None",
        penalty: float,
        word_penalty: float,
    ) -> None:
        self.width = states[0].shape[1]
        self.blocks: Sequence[NDArray[Any]] = states
        if 4 * len(true) * self.width <= _IN_MEMORY:
            self.blocks = [np.concatenate(states, dtype=np.float32, casting="same_kind")]
        self.true = true.astype(np.float64)
        self.neighbours = [_neighbours([len(of_text) for of_text in states], offset) for offset in offsets]
        self.hashed = hashed
        self.transposed = None if hashed is None else hashed.T.tocsr()
        self.columns = 0 if hashed is None else hashed.shape[1]
        self.penalty, self.word_penalty = penalty, word_penalty
        count = max(1, len(true))
        self.mean = np.add.reduce([block.sum(axis=0, dtype=np.float64) for block in self.blocks]) / count
        squares = [
            np.square(block - self.mean.astype(np.float32)).sum(axis=0, dtype=np.float64) for block in self.blocks
        ]
        self.scale = np.sqrt(np.add.reduce(squares) / count) + _SMALLEST

    def solve(self) -> Regression:
        from scipy.optimize import minimize

        rate = float(np.clip(self.true.mean(), _SMALLEST, 1 - _SMALLEST))
        start = np.zeros(len(self.neighbours) * self.width + self.columns + 1)
        start[-1] = np.log(rate / (1 - rate))
        found = minimize(self.loss, start, jac=True, method="L-BFGS-B", options={"maxiter": _STEPS, "ftol": 1e-7})
        weights, word_weights, bias = self._parts(found.x)
        folded = weights / self.scale
        return Regression(folded, folded @ self.mean, word_weights, bias)

    def _parts(self, parameters: Vector) -> tuple[Vector, Vector, float]:
        dense = len(self.neighbours) * self.width
        weights = parameters[:dense].reshape(-1, self.width)
        return weights, parameters[dense:-1], float(parameters[-1])

    def loss(self, parameters: Vector) -> tuple[float, Vector]:
        """Return the penalised loss a word and its gradient."""
        weights, word_weights, bias = self._parts(parameters)
        folded = weights / self.scale
        projected = self._multiply(folded) - folded @ self.mean
        log_odds = np.full(len(self.true), bias)
        for column, (here, there) in enumerate(self.neighbours):
            log_odds[here] += projected[there, column]
        if self.hashed is not None:
            log_odds += self.hashed @ word_weights.astype(np.float32)
        loss = float((np.logaddexp(0, log_odds) - self.true * log_odds).sum())
        loss += 0.5 * (self.penalty * float((weights**2).sum()) + self.word_penalty * float((word_weights**2).sum()))
        residual = probability(log_odds) - self.true
        spread = np.zeros((len(self.true), len(self.neighbours)))
        for column, (here, there) in enumerate(self.neighbours):
            spread[there, column] = residual[here]
        of_weights = (self._multiply_transposed(spread) - np.outer(spread.sum(axis=0), self.mean)) / self.scale
        gradient = [(of_weights + self.penalty * weights).ravel()]
        if self.transposed is not None:
            gradient.append(self.transposed @ residual.astype(np.float32) + self.word_penalty * word_weights)
        gradient.append(np.array([residual.sum()]))
        return loss / len(self.true), np.concatenate(gradient) / len(self.true)

    def _multiply(self, folded: Vector) -> Vector:
        """Return states times weights: shape (words, offsets)."""
        flat = folded.T.astype(np.float32)
        return np.concatenate([block.astype(np.float32, copy=False) @ flat for block in self.blocks], dtype=np.float64)

    def _multiply_transposed(self, spread: Vector) -> Vector:
        """Return what each word pulls at, times its states, summed: shape (offsets, numbers of a state)."""
        total = np.zeros((spread.shape[1], self.width))
        first = 0
        for block in self.blocks:
            pull = spread[first : first + len(block)].T.astype(np.float32)
            total += pull @ block.astype(np.float32, copy=False)
            first += len(block)
        return total


def _neighbours(counts: Sequence[int], offset: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the words that have a neighbour so far away in their own text, and those neighbours."""
    text = np.repeat(np.arange(len(counts)), counts)
    here = np.arange(len(text))
    there = here + offset
    inside = (there >= 0) & (there < len(text))
    inside[inside] = text[there[inside]] == text[here[inside]]
    return here[inside], there[inside]
