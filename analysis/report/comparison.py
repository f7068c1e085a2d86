"""Several corpora measured against the student's, every number with its interval."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import nan

from analysis.corpus import CorpusTrace
from analysis.evaluation.bootstrap import REPLICATES
from analysis.measures.between import between
from analysis.measures.count_table import CountTable
from analysis.measures.delta import burrows_delta, cosine_delta, delta_by_question
from analysis.measures.estimate import Estimate
from analysis.measures.jensen_shannon import jensen_shannon
from analysis.measures.noise_floor import noise_floor
from analysis.measures.rank_turbulence import rank_turbulence
from analysis.measures.rhythm import rhythm, style_along
from analysis.measures.richness import richness
from analysis.measures.tfidf import similarity_by_question, similarity_of_corpora
from analysis.measures.two_sample import two_sample_test
from analysis.report.compared_corpus import STUDENT, ComparedCorpus, on_shared_questions
from analysis.style_terms import Part, StyleTerms, TopicControl, style_terms
from detectors.base import Detector
from detectors.errors import DataError

Estimates = dict[str, Estimate]
"""By the key of a corpus."""
_LOG = logging.getLogger(__name__)
_BAGS = {"jensen_shannon": jensen_shannon, "rank_turbulence": rank_turbulence}


@dataclass(frozen=True, slots=True)
class Comparison:
    """What was found; keys are those of the corpora.

    Attributes
    ----------
    questions
        How many questions all corpora answer: measures of a corpus against the student's read these alone.
    to_student
        For each measure its number for every corpus but the student's, against that one.
    own
        For each measure of a single corpus its number for every corpus, from all of its traces.
    similarity
        The TF-IDF similarity of each pair of corpora, the mean over questions.
    floor
        What a measure says of two halves of the student's questions.
    terms
        For every corpus but the student's, the terms that tell the two apart.
    along
        The share of style in ten parts of the traces, by corpus; empty without a detector.
    """

    questions: int
    to_student: dict[str, Estimates]
    own: dict[str, Estimates]
    similarity: dict[tuple[str, str], Estimate]
    floor: dict[str, Estimate]
    terms: dict[str, StyleTerms]
    along: dict[str, list[Estimate]]


def compare_corpora(
    corpora: Sequence[ComparedCorpus],
    detector: Detector | None = None,
    *,
    most_terms: int = 30,
    replicates: int = REPLICATES,
    seed: int = 0,
    report: Callable[[int, int], None] = lambda done, total: None,
) -> Comparison:
    """Measure corpora against the first one, the student's.

    Parameters
    ----------
    corpora
        From `analysis.report.compared_corpus.read_compared`.
    detector
        Parts style from capability; without one, what needs it is left out.
    most_terms
        How many terms to list for each writer.
    replicates, seed
        Of the bootstrap over questions.
    report
        Told how many steps of the work are done, and how many there are.

    Raises
    ------
    DataError
        When fewer than two questions are answered by all corpora.
    """
    paired = on_shared_questions(corpora)
    traces = {corpus.key: corpus.traces for corpus in paired}
    others = [corpus for corpus in corpora if corpus.key != STUDENT]
    steps = 3 + len(corpora) + len(others)
    done = 0

    def step() -> None:
        nonlocal done
        done += 1
        report(done, steps)

    drawn = {"replicates": replicates, "seed": seed}
    tables = _tables(traces)
    similarity = similarity_by_question(tables, **drawn)
    to_student = {
        "tfidf_similarity": _to_student(similarity),
        "tfidf_similarity_of_corpora": _to_student(similarity_of_corpora(tables, **drawn)),
        "burrows_delta": _to_student(delta_by_question(tables, burrows_delta, **drawn)),
        "cosine_delta": _to_student(delta_by_question(tables, cosine_delta, **drawn)),
    }
    step()
    to_student |= _bags(tables, "", **drawn)
    if detector is not None:
        for part in (Part.STYLE, Part.CAPABILITY):
            of_part = _tables(traces, TopicControl(mask_prompt=False, part=part, detector=detector).text)
            to_student |= _bags(of_part, f"_{part.value}", **drawn)
    step()
    tests = {key: two_sample_test(table, tables[STUDENT], **drawn) for key, table in tables.items() if key != STUDENT}
    to_student["two_sample_auc"] = {key: test.auc for key, test in tests.items()}
    to_student["two_sample_accuracy"] = {key: test.accuracy for key, test in tests.items()}
    step()
    own: dict[str, Estimates] = {}
    along: dict[str, list[Estimate]] = {}
    for corpus in corpora:
        found = rhythm(corpus.traces, detector, **drawn) | richness(corpus.traces, **drawn)
        for name, estimate in found.items():
            own.setdefault(name, {})[corpus.key] = estimate
        if detector is not None:
            along[corpus.key] = style_along(corpus.traces, detector, **drawn)
        step()
    terms = {}
    for corpus in others:
        try:
            terms[corpus.key] = style_terms(
                corpora[0].traces,
                corpus.traces,
                _control(detector, corpora[0], corpus),
                most=most_terms,
                replicates=replicates,
                seed=seed,
            )
        except DataError as error:
            # Terms are one part of many: without any, the rest stands.
            _LOG.warning("no terms for %s: %s", corpus.key, error.message)
            nothing = Estimate(nan, nan, nan)
            questions = len(corpora[0].questions & corpus.questions)
            terms[corpus.key] = StyleTerms((), (), questions, nothing, nothing, nothing)
        step()
    floor = {name: noise_floor(measure, tables[STUDENT], seed=seed) for name, measure in _BAGS.items()}
    return Comparison(len(paired[0].questions), to_student, own, similarity, floor, terms, along)


def _control(detector: Detector | None, student: ComparedCorpus, corpus: ComparedCorpus) -> TopicControl:
    """Look at style spans alone: the detector's or, without one, those of a lexicon induced from the two corpora."""
    if detector is not None:
        return TopicControl.of_style(detector)
    return TopicControl.induced(student.traces, corpus.traces)


def _tables(
    traces: Mapping[str, Sequence[CorpusTrace]], text: Callable[[CorpusTrace], str] = lambda trace: trace.thinking
) -> dict[str, CountTable]:
    from analysis.counting import count_tables

    return dict(zip(traces, count_tables(list(traces.values()), 1, text=text), strict=True))


def _bags(tables: Mapping[str, CountTable], suffix: str, *, replicates: int, seed: int) -> dict[str, Estimates]:
    """Measure the bags of words of every corpus against the student's."""
    return {
        f"{name}{suffix}": {
            key: between(measure, table, tables[STUDENT], replicates=replicates, seed=seed)
            for key, table in tables.items()
            if key != STUDENT
        }
        for name, measure in _BAGS.items()
    }


def _to_student(found: Mapping[tuple[str, str], Estimate]) -> Estimates:
    """Pick the pairs with the student out of those of all names, in whatever order each has them."""
    return {
        one if two == STUDENT else two: estimate
        for (one, two), estimate in found.items()
        if STUDENT in {one, two} and one != two
    }
