"""Labelled texts -> fitted detectors. Names are imported when first used."""

from typing import TYPE_CHECKING

from detectors.lazy import lazy_names

if TYPE_CHECKING:
    from analysis.fitting.classifier import fit_classifier
    from analysis.fitting.lexicon import fit_lexicon
    from analysis.fitting.logistic import examples, fit_logistic
    from analysis.fitting.probe import fit_probe

_HOMES = {
    "analysis.fitting.classifier": ("fit_classifier",),
    "analysis.fitting.lexicon": ("fit_lexicon",),
    "analysis.fitting.logistic": ("examples", "fit_logistic"),
    "analysis.fitting.probe": ("fit_probe",),
}

__all__ = ["examples", "fit_classifier", "fit_lexicon", "fit_logistic", "fit_probe"]

__getattr__, __dir__ = lazy_names(__name__, _HOMES)
