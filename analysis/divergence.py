"""How differently two writers write: pure functions, counts in, scored terms and distances out."""

from collections import Counter
from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from analysis.measures.jensen_shannon import jensen_shannon as measures_jensen_shannon
from analysis.measures.log_odds import STRENGTH, informative_prior, scored_terms
from analysis.measures.log_odds import log_odds as measures_log_odds
from analysis.measures.term import Term
from detectors.base import Detector
from detectors.places import normalise
from detectors.spans import complement, words

Counts = Mapping[str, int]

__all__ = [
    "Counts",
    "Term",
    "count_phrases",
    "count_style_words",
    "count_words",
    "jensen_shannon",
    "log_odds",
    "style_divergence",
    "tfidf_similarity",
]


def count_words(texts: Iterable[str]) -> Counter[str]:
    """Count the words and signs of texts, in lower case."""
    return Counter(normalise(word.text) for text in texts for word in words(text))


def count_phrases(texts: Iterable[str], longest: int = 3) -> Counter[str]:
    """Count the phrases of 1 to `longest` words of texts, in lower case; none goes over a line break."""
    counts: Counter[str] = Counter()
    for text in texts:
        for line in text.splitlines():
            spelled = [normalise(word.text) for word in words(line)]
            for length in range(1, longest + 1):
                counts.update(" ".join(spelled[i : i + length]) for i in range(len(spelled) - length + 1))
    return counts


def count_style_words(texts: Iterable[str], detector: Detector, *, style: bool = True) -> Counter[str]:
    """Count the words inside the style spans of texts; outside of them where `style` is false."""

    def pieces(text: str) -> Iterable[str]:
        spans = detector.spans(text)
        return (text[span.start : span.end] for span in (spans if style else complement(spans, len(text))))

    return count_words(piece for text in texts for piece in pieces(text))


def log_odds(first: Counts, second: Counts, *, prior: Counts | None = None, strength: float = STRENGTH) -> list[Term]:
    """Score every term by its log-odds under an informative Dirichlet prior, the highest z first.

    The formula and its source are in `analysis.measures.log_odds`.

    Parameters
    ----------
    first, second
        How often each term stands in the two corpora.
    prior
        How often it stands in a background corpus; by default in both together. Every term counts at least half.
    strength
        The total of the prior's counts: how many words of evidence it is worth.
    """
    terms = tuple(sorted({*first, *second}))
    one, two = _array(first, terms), _array(second, terms)
    alpha = informative_prior(one + two if prior is None else _array(prior, terms), strength)
    return scored_terms(terms, one, two, *measures_log_odds(one, two, alpha))


def jensen_shannon(first: Mapping[str, float], second: Mapping[str, float]) -> float:
    """Return the Jensen-Shannon divergence of two distributions given as counts, in bits: 0 if alike, 1 if disjoint.

    The formula and its source are in `analysis.measures.jensen_shannon`.
    """
    terms = tuple(sorted({*first, *second}))
    return measures_jensen_shannon(_array(first, terms), _array(second, terms))


def style_divergence(first: Iterable[str], second: Iterable[str], detector: Detector) -> float:
    """Return the Jensen-Shannon divergence between the style words of two corpora, in bits, 0..1."""
    return jensen_shannon(count_style_words(first, detector), count_style_words(second, detector))


def tfidf_similarity(corpora: Mapping[str, Iterable[str]]) -> dict[tuple[str, str], float]:
    """Return the cosine similarity of corpora as TF-IDF vectors, for each pair of names (arXiv 2604.14164, Fig. 14).

    Every text is a document of scikit-learn's `TfidfVectorizer` over the words of `detectors.spans.words`; a corpus is
    the mean of its documents' vectors. 1 means the same words in the same proportions.

    Raises
    ------
    ValueError
        When a corpus holds no words.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer

    texts = {name: list(documents) for name, documents in corpora.items()}
    for name, documents in texts.items():
        if not any(words(document) for document in documents):
            raise ValueError(f"the corpus {name!r} holds no words")
    vectorizer = TfidfVectorizer(analyzer=lambda text: [normalise(word.text) for word in words(text)])
    vectorizer.fit(document for documents in texts.values() for document in documents)
    means = {
        name: np.asarray(vectorizer.transform(documents).mean(axis=0)).ravel() for name, documents in texts.items()
    }
    return {
        (one, two): float(means[one] @ means[two] / (np.linalg.norm(means[one]) * np.linalg.norm(means[two])))
        for one in means
        for two in means
    }


def _array(counts: Mapping[str, float], terms: tuple[str, ...]) -> NDArray[np.float64]:
    return np.array([counts.get(term, 0) for term in terms], dtype=np.float64)
