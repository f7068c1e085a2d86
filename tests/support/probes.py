"""Probes with weights drawn at random, on a language model so small that tests run it in no time."""

from pathlib import Path

import numpy as np

from detectors.features import BITS, features
from detectors.hidden_states import HiddenStates
from detectors.logistic import LogisticDetector
from detectors.probe import ProbeDetector
from detectors.spans import words
from tests.support.classifiers import TEXT, tiny_llama

WIDTH = 64
"""Numbers in a state of the tiny model."""


def random_words(lookahead: int, seed: int = 3) -> LogisticDetector:
    """Draw weights for the features of a text about sums, and for many others."""
    random = np.random.default_rng(seed)
    own = features(TEXT, words(TEXT), lookahead).ravel()
    buckets = np.unique(np.r_[random.integers(0, 1 << BITS, 10_000, dtype=np.uint32), own])
    weights = random.normal(0, 0.5, len(buckets)).astype(np.float32)
    return LogisticDetector(buckets, weights, bias=0.0, lookahead=lookahead)


def random_probe(
    folder: Path, *, lookahead: int = 2, target: str = "current", with_words: bool = True, seed: int = 0
) -> ProbeDetector:
    """Draw a probe of both layers of the tiny model, which is made in `folder` when it is not there."""
    if not (folder / "config.json").exists():
        tiny_llama(folder)
    random = np.random.default_rng(seed)
    count = 1 + min(lookahead, 1)
    return ProbeDetector(
        HiddenStates(str(folder), [1, 2], stride=16),
        random.normal(0, 0.5, (count, 2, WIDTH)).astype(np.float32),
        np.zeros(count),
        bias=-1.0,
        word_part=random_words(lookahead) if with_words else None,
        target=target,
    )
