"""Judgements to draw."""

import pytest

from analysis.evaluation.groups import Group
from analysis.evaluation.judgement import judge
from analysis.evaluation.predictions import predict
from detectors.lexicon import LexiconDetector


@pytest.fixture(scope="session")
def judgements(labels):
    """Two detectors, one of which knows one marker more."""
    weights = {"so": 0.9, "then ,": 0.6, "okay ,": 0.8}
    return {
        name: judge(labels, predict(LexiconDetector(phrases), labels), by=Group.MODEL)
        for name, phrases in (("few", {"so": 0.9}), ("many", weights))
    }
