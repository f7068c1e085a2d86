"""How differently two writers write: pure functions, counts in, scored terms and distances out."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import log, log2, sqrt

from detectors.base import Detector
from detectors.places import normalise
from detectors.spans import complement, words

Counts = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Term:
    """A term and how strongly it tells two corpora apart.

    Attributes
    ----------
    term
        The term.
    log_odds
        The difference of its log-odds, in nats; positive where the first corpus uses it more.
    z
        That difference in standard deviations; beyond 1.96 it is significant at 5 % for one term.
    first, second
        How often it stands in each corpus.
    """

    term: str
    log_odds: float
    z: float
    first: int
    second: int


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


def log_odds(first: Counts, second: Counts, *, prior: Counts | None = None, strength: float = 500.0) -> list[Term]:
    """Score every term by its log-odds under an informative Dirichlet prior, the highest z first.

    With counts ``y`` of ``n`` words and prior counts ``a`` of ``A``, for each corpus
    ``w = log((y + a) / (n + A - y - a))``; the score is ``w1 - w2``, its variance ``1/(y1 + a) + 1/(y2 + a)``, and z
    their ratio (Monroe, Colaresi & Quinn 2008, "Fightin' Words", Political Analysis 16, equations 16, 20, 22).

    Parameters
    ----------
    first, second
        How often each term stands in the two corpora.
    prior
        How often it stands in a background corpus; by default in both together. Every term counts at least half.
    strength
        The total of the prior's counts: how many words of evidence it is worth.
    """
    background = {term: (prior or {}).get(term, 0) for term in {*first, *second}}
    if prior is None:
        background = {term: first.get(term, 0) + second.get(term, 0) for term in background}
    weights = {term: max(float(count), 0.5) for term, count in background.items()}
    scale = strength / sum(weights.values()) if weights else 0.0
    total = sum(weights.values()) * scale
    sizes = sum(first.values()), sum(second.values())
    terms = []
    for term, weight in weights.items():
        alpha = weight * scale
        counts = first.get(term, 0), second.get(term, 0)
        one, two = (
            log((count + alpha) / max(size + total - count - alpha, 1e-9))
            for count, size in zip(counts, sizes, strict=True)
        )
        deviation = sqrt(1 / (counts[0] + alpha) + 1 / (counts[1] + alpha))
        terms.append(Term(term, one - two, (one - two) / deviation, *counts))
    return sorted(terms, key=lambda term: (-term.z, term.term))


def jensen_shannon(first: Mapping[str, float], second: Mapping[str, float]) -> float:
    """Return the Jensen-Shannon divergence of two distributions given as counts, in bits: 0 if alike, 1 if disjoint.

    ``H((p + q) / 2) - (H(p) + H(q)) / 2`` with the entropy ``H`` to base 2 (Lin 1991, IEEE Trans. Inf. Theory 37). The
    Jensen-Shannon *distance* is its square root. Two empty bags are alike; an empty one and another are disjoint.
    """
    totals = sum(first.values()), sum(second.values())
    if not all(totals):
        return 0.0 if totals[0] == totals[1] else 1.0
    divergence = 0.0
    # A set has no order, and a sum of floats depends on it: the same counts must give the same number every time.
    for term in sorted({*first, *second}):
        p, q = first.get(term, 0) / totals[0], second.get(term, 0) / totals[1]
        mean = (p + q) / 2
        divergence += sum(share * log2(share / mean) / 2 for share in (p, q) if share)
    return min(1.0, max(0.0, divergence))


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
    import numpy as np
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
