"""Counts -> measures: every score of a detector as a ratio of summed counts, for one sum or thousands of resamples."""

from collections.abc import Mapping

import numpy as np

from analysis.evaluation.counts import AGREEMENTS, BINS, WRITERS, Totals
from analysis.evaluation.scores import ratios


def measures(totals: Mapping[str, Totals]) -> dict[str, Totals]:
    """Work out every measure of a detector.

    ``token.f1`` and so on are precision, recall and F1 of each name in `counts.AGREEMENTS`. The cuts (see
    `cut_error`) are there for the writers ``student``, ``teacher`` and ``both``: ``cut.student.exact_cuts``,
    ``.early_cuts`` and ``.late_cuts`` are the shares of stretches cut where they end, before and after it;
    ``cut.student.early`` and ``.late`` the mean words of a stretch by which the cut is wrong;
    ``cut.student.wrong_author`` the words per 1,000 words that late cuts leave to this writer though they are the
    other's. ``calibration_error``: see `calibration_error`.

    Parameters
    ----------
    totals
        The counts of `analysis.evaluation.counts.count_prediction`, each summed over texts; arrays of any one shape.
    """
    found: dict[str, Totals] = {}
    for name in AGREEMENTS:
        three = (totals[f"{name}_{part}"] for part in ("hits", "found", "true"))
        found |= {f"{name}.{part}": values for part, values in ratios(*three).items()}
    for writer, names in {**{writer: (writer,) for writer in WRITERS}, "both": WRITERS}.items():
        counts = {
            part: np.asarray(sum(totals[f"{name}_{part}"] for name in names))
            for part in ("stretches", "exact_cuts", "early_cuts", "late_cuts", "early", "late", "wrong")
        }
        stretches = np.maximum(counts["stretches"], 1)
        for part in ("exact_cuts", "early_cuts", "late_cuts", "early", "late"):
            found[f"cut.{writer}.{part}"] = counts[part] / stretches
        found[f"cut.{writer}.wrong_author"] = 1000 * counts["wrong"] / np.maximum(totals["tokens"], 1)
    return {**found, "calibration_error": calibration_error(totals)}


def calibration_error(totals: Mapping[str, Totals]) -> Totals:
    """Return the expected calibration error, in 0..1 (Naeini, Cooper & Hauskrecht 2015, AAAI; Guo et al. 2017, ICML).

    The words are put into `BINS` ranges of equal width by their probability; the error is the mean over the words of
    ``|mean probability - share of style|`` of their range.
    """
    words, probability, style = (
        np.stack([totals[f"bin{number}_{name}"] for number in range(BINS)], axis=-1)
        for name in ("words", "probability", "style")
    )
    # The words of a range cancel: words * |probability / words - style / words|.
    error: Totals = np.abs(probability - style).sum(axis=-1) / np.maximum(words.sum(axis=-1), 1)
    return error
