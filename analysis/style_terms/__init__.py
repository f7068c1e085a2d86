"""Terms that tell two writers apart by style rather than by topic."""

from typing import TYPE_CHECKING

from detectors.lazy import lazy_names

if TYPE_CHECKING:
    from analysis.style_terms.comparison import StyleTerms, style_terms
    from analysis.style_terms.control import Part, TopicControl

_HOMES = {
    "analysis.style_terms.comparison": ("StyleTerms", "style_terms"),
    "analysis.style_terms.control": ("Part", "TopicControl"),
}

__all__ = ["Part", "StyleTerms", "TopicControl", "style_terms"]

__getattr__, __dir__ = lazy_names(__name__, _HOMES)
