"""Burrows' Delta and cosine Delta: how far two texts are apart in the commonest words."""

from collections.abc import Callable, Mapping
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analysis.evaluation.bootstrap import REPLICATES
from analysis.measures.alignment import align
from analysis.measures.count_table import CountTable
from analysis.measures.estimate import Estimate, estimate

Array = NDArray[np.float64]
Distance = Callable[[Array, Array], Array]

WORDS: Final = 150
"""How many of the commonest words are compared; Burrows (2002) used 150."""


def z_scores(frequencies: Array, reference: Array) -> Array:
    """Return relative frequencies of shape (..., terms) in standard deviations from the mean of the reference texts.

    The deviation is that of a sample (divisor n - 1) over the rows of `reference`, shape (texts, terms). A word that
    all of them use alike says nothing, and scores 0.
    """
    deviation = reference.std(axis=0, ddof=1)
    apart = deviation > 0
    return np.where(apart, (frequencies - reference.mean(axis=0)) / np.where(apart, deviation, 1.0), 0.0)


def burrows_delta(first: Array, second: Array) -> Array:
    """Return the mean absolute difference of z-scores over the terms (Burrows 2002, Lit. Ling. Computing 17).

    The arrays have shape (..., terms); 0 is alike, and there is no upper bound.
    """
    return np.asarray(np.abs(first - second).mean(axis=-1))


def cosine_delta(first: Array, second: Array) -> Array:
    """Return one minus the cosine of z-scores, 0 to 2 (Evert et al. 2017, Digital Scholarship in the Humanities 32).

    The arrays have shape (..., terms). Texts without any deviation are taken as at right angles.
    """
    lengths = np.linalg.norm(first, axis=-1) * np.linalg.norm(second, axis=-1)
    return np.asarray(1 - (first * second).sum(axis=-1) / np.where(lengths > 0, lengths, 1.0))


def delta_by_question(
    tables: Mapping[str, CountTable],
    distance: Distance = burrows_delta,
    *,
    most_words: int = WORDS,
    replicates: int = REPLICATES,
    seed: int = 0,
) -> dict[tuple[str, str], Estimate]:
    """Return the mean Delta of two corpora's texts on the same question, for each pair of names.

    Delta compares texts, not corpora: with two corpora alone the mean lies halfway between them, and every word is as
    far from it in one as in the other. So each text is set against the text on the same question, which takes the
    question's topic out. Frequencies are relative to all words of a text; mean and deviation are those of all texts.

    Parameters
    ----------
    tables
        By name; terms may be words or n-grams. The questions are those that all corpora have.
    distance
        `burrows_delta` or `cosine_delta`.
    most_words
        How many of the terms most frequent in all corpora together are compared.
    replicates, seed
        Of the bootstrap over questions; the z-scores stay as they are.
    """
    found = align(tables)
    totals = sum((table.totals() for table in found.values()), np.zeros(1))
    columns = np.argsort(-totals, kind="stable")[:most_words]
    frequencies = {
        name: table.counts[:, columns].toarray() / np.maximum(table.sizes[:, None], 1) for name, table in found.items()
    }
    reference = np.concatenate(list(frequencies.values()))
    scores = {name: z_scores(one, reference) for name, one in frequencies.items()}
    pairs = list(combinations(found, 2))
    questions = len(reference) // len(found)
    found_distances = [distance(scores[one], scores[two]) for one, two in pairs]
    distances = np.stack(found_distances) if pairs else np.zeros((0, questions))
    means = estimate(lambda weights: distances @ weights / weights.sum(), questions, replicates=replicates, seed=seed)
    return dict(zip(pairs, means, strict=True))
