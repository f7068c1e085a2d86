"""The noise floor: what a measure says of two samples of one writer."""

import numpy as np

from analysis.measures.between import Measure
from analysis.measures.count_table import CountTable
from analysis.measures.estimate import Estimate


def noise_floor(measure: Measure, table: CountTable, *, splits: int = 200, seed: int = 0) -> Estimate:
    """Measure one half of a writer's questions against the other half, many times.

    The value is the mean over random halves, the bounds are the middle 95 % of them. The halves are on different
    questions, and each is half as large: a measure between writers on the same questions that is not above this says
    nothing. Use `between` where there are two samples on the same questions.

    Raises
    ------
    ValueError
        When there are fewer than two questions.
    """
    questions = len(table.questions)
    if questions < 2:
        raise ValueError(f"halves need at least two questions, got {questions}")
    random = np.random.default_rng(seed)
    found = []
    for _ in range(splits):
        half = np.zeros(questions)
        half[random.permutation(questions)[: questions // 2]] = 1
        found.append(measure(table.totals(half), table.totals(1 - half)))
    low, high = np.quantile(found, [0.025, 0.975])
    return Estimate(float(np.mean(found)), float(low), float(high))
