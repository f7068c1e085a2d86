"""How often corpora use given terms."""

from collections.abc import Sequence

from analysis.report.compared_corpus import ComparedCorpus


def term_rates(corpora: Sequence[ComparedCorpus], terms: Sequence[str]) -> dict[str, dict[str, float]]:
    """Count terms per 1,000 words of each corpus, all of its traces together.

    Parameters
    ----------
    corpora
        From `analysis.report.compared_corpus.read_compared`.
    terms
        Of 1 to 5 words joined by a blank, as `detectors.places.normalise` spells them.

    Returns
    -------
    dict
        By the corpora's labels.
    """
    from analysis.counting import count_tables

    longest = max((len(term.split(" ")) for term in terms), default=1)
    tables = count_tables([corpus.traces for corpus in corpora], longest)
    rates = {}
    for corpus, table in zip(corpora, tables, strict=True):
        kept = table.keep(terms)
        counts = dict(zip(kept.terms, kept.totals().tolist(), strict=True))
        total = max(1, int(table.sizes.sum()))
        rates[corpus.label] = {term: 1000 * counts.get(term, 0) / total for term in terms}
    return rates
