"""A comparison as figures."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from analysis.plots.looks import RoleName
from analysis.report.compared_corpus import STUDENT, TEACHER, ComparedCorpus
from analysis.report.comparison import Comparison
from analysis.report.term_rates import term_rates

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from analysis.plots.sizes import Width

_RATES = 12
"""Terms of each writer whose rates are drawn."""


def comparison_figures(
    corpora: Sequence[ComparedCorpus], found: Comparison, *, width: "Width"
) -> "Iterator[tuple[str, str, Figure]]":
    """Draw the figures of a report, one after the other; yields a name, a caption and the figure.

    Parameters
    ----------
    corpora
        What was compared.
    found
        What was found.
    width
        Inches, or the name of a size.
    """
    from analysis.plots import (
        plot_divergences,
        plot_lengths,
        plot_log_odds,
        plot_projection,
        plot_similarity,
        plot_style_share,
        plot_word_rates,
        project,
    )

    labels = {corpus.key: corpus.label for corpus in corpora}
    roles: dict[str, RoleName] = {}
    roles[labels[STUDENT]], roles[labels[TEACHER]] = "student", "teacher"
    named = {(labels[one], labels[two]): value for (one, two), value in found.similarity.items()}
    yield "similarity", "TF-IDF similarity of the corpora.", plot_similarity(named, width=width)
    distances = {labels[key]: value for key, value in found.to_student["jensen_shannon"].items()}
    yield (
        "divergences",
        "Jensen-Shannon divergence of each corpus's words from the student's.",
        plot_divergences(distances, floor=found.floor["jensen_shannon"], roles=roles, width=width),
    )
    telling = found.terms[TEACHER]
    shown = [term.term for term in (*telling.student[:_RATES], *telling.teacher[:_RATES])]
    yield "rates", "Terms per 1,000 words.", plot_word_rates(term_rates(corpora, shown), width=width)
    for corpus in corpora:
        if corpus.key != STUDENT and (terms := (*found.terms[corpus.key].student, *found.terms[corpus.key].teacher)):
            caption = f"Terms that tell {labels[STUDENT]} from {corpus.label}, the topic controlled for."
            drawn = plot_log_odds(terms, first=labels[STUDENT], second=corpus.label, width=width)
            yield f"terms-{corpus.key}", caption, drawn
    lengths = {corpus.label: [len(trace.thinking.split()) for trace in corpus.traces] for corpus in corpora}
    yield (
        "lengths",
        "Lengths of the traces, in words between blanks.",
        plot_lengths(lengths, unit="words", roles=roles, width=width),
    )
    texts = {corpus.label: [trace.thinking for trace in corpus.traces] for corpus in corpora}
    yield (
        "projection",
        "Traces as TF-IDF vectors on their first two principal components.",
        plot_projection(project(texts), roles=roles, width=width),
    )
    if found.along:
        along = {labels[key]: shares for key, shares in found.along.items()}
        yield "style-share", "The share of style along the traces.", plot_style_share(along, roles=roles, width=width)
