"""Two models' traces -> detectors without labels. Names are imported when first used."""

from typing import TYPE_CHECKING

from detectors.lazy import lazy_names

if TYPE_CHECKING:
    from analysis.induction.lexicon import induce_grammar, induce_lexicon
    from analysis.induction.weak_labelling import weak_labels

_HOMES = {
    "analysis.induction.lexicon": ("induce_grammar", "induce_lexicon"),
    "analysis.induction.weak_labelling": ("weak_labels",),
}

__all__ = ["induce_grammar", "induce_lexicon", "weak_labels"]

__getattr__, __dir__ = lazy_names(__name__, _HOMES)
