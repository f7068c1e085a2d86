"""Any measure of two bags of counts, between what two writers wrote on the same questions."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from analysis.evaluation.bootstrap import REPLICATES
from analysis.measures.count_table import CountTable
from analysis.measures.estimate import Estimate, estimate

Measure = Callable[[NDArray[np.float64], NDArray[np.float64]], float]
"""From the counts of the same terms in two corpora, each float64 of shape (terms,), to one number."""

TermMeasure = Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.float64]]
"""The same to one number a term, shape (terms,)."""


def between(
    measure: Measure,
    first: CountTable,
    second: CountTable,
    *,
    limits: tuple[float, float] = (0.0, 1.0),
    replicates: int = REPLICATES,
    seed: int = 0,
) -> Estimate:
    """Measure two corpora on the questions that both answer, with an interval over these questions.

    A replicate draws the same questions for both. Draws leave out about a third of the questions, and with them rare
    terms: measures that count rare terms, such as divergences of whole vocabularies, are therefore higher in the
    replicates than in the corpora. The interval is shifted by the difference of the replicates' mean from the value
    (the bootstrap's estimate of this bias; Efron & Tibshirani 1993, chapter 10).

    Parameters
    ----------
    measure
        Such as `analysis.measures.jensen_shannon.jensen_shannon`.
    first, second
        What the two wrote.
    limits
        Between which the measure lies whatever it is given; the shifted interval ends there.
    replicates, seed
        Of the bootstrap over questions.

    Raises
    ------
    ValueError
        When the corpora share no question.
    """
    first, second = _aligned(first, second)
    [found] = estimate(
        lambda weights: np.array([measure(first.totals(weights), second.totals(weights))]),
        len(first.questions),
        replicates=replicates,
        seed=seed,
        centred=True,
        limits=limits,
    )
    return found


def between_terms(
    measure: TermMeasure,
    first: CountTable,
    second: CountTable,
    terms: Sequence[str],
    *,
    replicates: int = REPLICATES,
    seed: int = 0,
) -> dict[str, Estimate]:
    """Give the numbers of some terms their intervals; all terms of the tables count towards what is measured.

    Raises
    ------
    ValueError
        When the corpora share no question, or a term is in neither.
    """
    first, second = _aligned(first, second)
    places = {term: place for place, term in enumerate(first.terms)}
    missing = [term for term in terms if term not in places]
    if missing:
        raise ValueError(f"neither corpus has the term {missing[0]!r}")
    columns = [places[term] for term in terms]
    found = estimate(
        lambda weights: measure(first.totals(weights), second.totals(weights))[columns],
        len(first.questions),
        replicates=replicates,
        seed=seed,
    )
    return dict(zip(terms, found, strict=True))


def _aligned(first: CountTable, second: CountTable) -> tuple[CountTable, CountTable]:
    first, second = first.aligned(second)
    if not first.questions:
        raise ValueError("the two corpora share no question")
    return first, second
