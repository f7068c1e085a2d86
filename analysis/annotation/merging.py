"""Several annotations of the same texts -> one."""

from collections.abc import Mapping, Sequence

import numpy as np

from analysis.annotation.agreement import word_values
from analysis.annotation.choices import MergeRule
from analysis.labels import LabelledText
from detectors.errors import DataError
from detectors.spans import from_words, words


def merge(
    annotations: Mapping[str, Sequence[LabelledText]], rule: MergeRule = MergeRule.MAJORITY
) -> list[LabelledText]:
    """Merge annotations word by word; runs of style words become spans by `detectors.spans.from_words`.

    Texts that some annotator lacks are left out. The order is the first annotator's.

    Parameters
    ----------
    annotations
        Name of an annotator -> its labelled texts.
    rule
        How many annotators make a word style.

    Raises
    ------
    DataError
        When no annotator is given, or texts of one id differ.
    """
    if not annotations:
        raise DataError("no annotations to merge")
    common = set.intersection(*({label.id for label in labels} for labels in annotations.values()))
    first = next(iter(annotations.values()))
    kept = [label for label in first if label.id in common]
    order = {label.id: number for number, label in enumerate(kept)}
    aligned = {
        name: sorted((label for label in labels if label.id in common), key=lambda label: order[label.id])
        for name, labels in annotations.items()
    }
    votes = (word_values(aligned) == 1).mean(axis=0)
    share = rule.least(len(annotations)) / len(annotations)
    merged: list[LabelledText] = []
    position = 0
    for label in kept:
        parts = words(label.text)
        scores = votes[position : position + len(parts)]
        position += len(parts)
        # The mean of equal votes may fall short of their share by rounding.
        spans = from_words(label.text, parts, np.where(scores > share - 1e-9, 1.0, 0.0).tolist(), 1.0)
        merged.append(LabelledText(label.id, label.text, tuple(spans), label.model, label.question))
    return merged
