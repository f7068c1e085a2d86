"""The one function that says which terms of style tell two writers apart."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from analysis.corpus import CorpusTrace, pair
from analysis.evaluation.bootstrap import REPLICATES
from analysis.measures.between import between
from analysis.measures.count_table import CountTable
from analysis.measures.dispersion import deviation_of_proportions, question_share
from analysis.measures.estimate import Estimate
from analysis.measures.jensen_shannon import jensen_shannon
from analysis.measures.log_odds import deviation_over_questions, informative_prior, log_odds, scored_terms
from analysis.measures.noise_floor import noise_floor
from analysis.measures.term import Term
from analysis.style_terms.control import TopicControl
from detectors.errors import DataError

_LEAST_QUESTIONS = 2
_SAME = 0.5
"""From this share of the occurrences on, a phrase and a part of it are one finding."""


@dataclass(frozen=True, slots=True)
class StyleTerms:
    """What tells two writers apart on the questions that both answer.

    Attributes
    ----------
    student, teacher
        The terms each of the two uses more, the most telling first. `Term.first` counts the student's uses, `z` is
        positive for the student's terms and negative for the teacher's.
    questions
        How many questions both answer.
    divergence
        The Jensen-Shannon divergence of the two over all terms that the control admits, in bits, 0..1.
    student_floor, teacher_floor
        The same between two halves of one writer's questions: what is no higher is noise.
    """

    student: tuple[Term, ...]
    teacher: tuple[Term, ...]
    questions: int
    divergence: Estimate
    student_floor: Estimate
    teacher_floor: Estimate


def style_terms(
    student: Iterable[CorpusTrace],
    teacher: Iterable[CorpusTrace],
    control: TopicControl | None = None,
    *,
    most: int = 30,
    replicates: int = REPLICATES,
    seed: int = 0,
) -> StyleTerms:
    """Find the terms of style that tell two writers apart, from traces on the same questions.

    Traces are paired by question, so that both writers have the same topics; the control takes out what is left of
    them. Terms are ranked by log-odds under an informative Dirichlet prior (`analysis.measures.log_odds`) in standard
    deviations that add the variance over words and the variance over questions. Of a phrase and a part of it that
    mostly stand together, only the one that ranks higher is listed.

    Parameters
    ----------
    student, teacher
        The traces; questions that only one answers are left out.
    control
        What keeps the topic out; `TopicControl.off()` shows the terms without it.
    most
        How many terms to return for each writer.
    replicates, seed
        Of the bootstrap over questions.

    Raises
    ------
    DataError
        When the writers share fewer than two questions, or the control admits no term.
    """
    from analysis.counting import count_tables

    control = control or TopicControl()
    first, second = _paired(student, teacher)
    least = max(1, int(control.least_questions * len({trace.question for trace in first})))
    tables = count_tables(
        [first, second], control.longest, least_documents=least, most_questions=None, text=control.text
    )
    one, two = _admitted(*tables[0].aligned(tables[1]), control)
    counts, others = one.totals(), two.totals()
    difference, deviation = log_odds(counts, others, informative_prior(counts + others))
    over_questions = deviation_over_questions(one, two, replicates=replicates, seed=seed)
    ranked = scored_terms(one.terms, counts, others, difference, np.hypot(deviation, over_questions))
    return StyleTerms(
        student=_distinct([term for term in ranked if term.z > 0], most),
        teacher=_distinct([term for term in reversed(ranked) if term.z < 0], most),
        questions=len(one.questions),
        divergence=between(jensen_shannon, one, two, replicates=replicates, seed=seed),
        student_floor=noise_floor(jensen_shannon, one, seed=seed),
        teacher_floor=noise_floor(jensen_shannon, two, seed=seed),
    )


def _paired(
    student: Iterable[CorpusTrace], teacher: Iterable[CorpusTrace]
) -> tuple[list[CorpusTrace], list[CorpusTrace]]:
    """Return the two writers' traces on the same questions, each pair with one id and one prompt."""
    first, second = [], []
    for one, two in pair(student, teacher):
        prompt = one.prompt or two.prompt
        first.append(replace(one, prompt=prompt))
        second.append(replace(two, prompt=prompt, id=one.id))
    questions = len({trace.question for trace in first})
    if questions < _LEAST_QUESTIONS:
        raise DataError(
            f"the two models answer {questions} questions in common, and at least {_LEAST_QUESTIONS} are needed",
            advice="give both models' traces the same ids or prompts",
        )
    return first, second


def _admitted(one: CountTable, two: CountTable, control: TopicControl) -> tuple[CountTable, CountTable]:
    """Keep the terms that the control admits, judged with the writer who uses each at the higher rate."""
    rates = [table.totals() / max(1, int(table.sizes.sum())) for table in (one, two)]
    more = rates[0] >= rates[1]
    spread = np.where(more, question_share(one), question_share(two))
    deviation = np.where(more, deviation_of_proportions(one), deviation_of_proportions(two))
    dispersed = (spread >= control.least_questions) & (deviation <= control.most_deviation)
    kept = [term for term, good in zip(one.terms, dispersed.tolist(), strict=True) if good and control.admits(term)]
    if not kept:
        raise DataError("no term is left under this control", advice="lower least_questions, or raise most_deviation")
    return one.keep(kept), two.keep(kept)


def _distinct(ranked: Sequence[Term], most: int) -> tuple[Term, ...]:
    """Leave out the terms that say again what a higher one says."""
    found: list[Term] = []
    for term in ranked:
        if len(found) == most:
            break
        if not any(_says_again(term, other) for other in found):
            found.append(term)
    return tuple(found)


def _says_again(term: Term, other: Term) -> bool:
    counts = sorted((term.first + term.second, other.first + other.second))
    short, long = sorted((f" {term.term} ", f" {other.term} "), key=len)
    return short in long and counts[0] >= _SAME * counts[1]
