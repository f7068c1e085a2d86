"""Detectors made by hand, one of each kind and mode."""

import numpy as np
import pytest
from hypothesis import settings

from detectors.features import BITS, features
from detectors.lexicon import LexiconDetector
from detectors.logistic import LogisticDetector
from detectors.spans import words

# The first call of a test may import much, and other tests share the cores.
settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")

PHRASES = {
    "^so": 0.9,
    "^so that": 0.1,
    "^let me": 0.6,
    "^let me check .": 0.8,
    "^wait ,": 0.9,
    "^.then": 0.9,
    "^~so maybe": 0.9,
    "maybe": 0.7,
    "hmm .": 0.8,
    "é ?": 0.9,
}


def logistic(lookahead: int = 0) -> LogisticDetector:
    """Weights drawn at random, so that about a third of all words are style."""
    random = np.random.default_rng(7)
    text = "So, let me check. Wait, maybe 3 + 4 = 7?\nHmm. " * 3
    random_buckets = random.integers(0, 1 << BITS, 300_000, dtype=np.uint32)
    buckets = np.unique(np.r_[random_buckets, features(text, words(text), lookahead).ravel()])
    return LogisticDetector(
        buckets, random.normal(0, 1, len(buckets)).astype(np.float32), bias=-0.6, threshold=0.5, lookahead=lookahead
    )


DETECTORS = {
    "lexicon": LexiconDetector(PHRASES),
    "causal lexicon": LexiconDetector(PHRASES, causal=True),
    "logistic": logistic(),
    "logistic with look-ahead": logistic(2),
}


@pytest.fixture(params=DETECTORS.values(), ids=DETECTORS)
def detector(request):
    return request.param
