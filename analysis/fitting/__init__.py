"""Labelled texts -> fitted detectors that need no language model."""

from analysis.fitting.lexicon import fit_lexicon
from analysis.fitting.logistic import examples, fit_logistic

__all__ = ["examples", "fit_lexicon", "fit_logistic"]
