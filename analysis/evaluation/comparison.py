"""Several detectors on the same labelled texts: who is best, and whether the others are really behind."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from analysis.evaluation.bootstrap import REPLICATES, Interval, interval, resample
from analysis.evaluation.judgement import Judgement
from analysis.evaluation.measures import measures

RANKED_BY = "token.f1"


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """One detector among others.

    Attributes
    ----------
    name
        What it is called.
    judgement
        All its scores.
    difference
        Its token F1 less that of the best; 0 for the best, negative for the others.
    difference_interval
        The 95 % interval of that difference over the same resampled questions for both (paired bootstrap). A difference
        whose interval holds 0 may be chance.
    """

    name: str
    judgement: Judgement
    difference: float
    difference_interval: Interval


def compare(judgements: Mapping[str, Judgement], *, replicates: int = REPLICATES, seed: int = 0) -> list[Standing]:
    """Rank detectors by their token F1, each with its difference to the best.

    Parameters
    ----------
    judgements
        By name; all of the same texts.
    replicates, seed
        Of the bootstrap.

    Raises
    ------
    ValueError
        When they were judged on different texts.
    """
    if len({(judged.texts, judged.words, judged.questions) for judged in judgements.values()}) > 1:
        raise ValueError("detectors can only be compared on the same texts")
    drawn = {
        name: np.asarray(measures(resample(judged.sums, replicates=replicates, seed=seed))[RANKED_BY])
        for name, judged in judgements.items()
    }
    ranked = sorted(judgements, key=lambda name: (-judgements[name].values[RANKED_BY], name))
    return [
        Standing(
            name,
            judgements[name],
            judgements[name].values[RANKED_BY] - judgements[ranked[0]].values[RANKED_BY],
            interval(drawn[name] - drawn[ranked[0]]),
        )
        for name in ranked
    ]
