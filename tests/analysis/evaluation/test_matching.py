from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from nervaluate import Evaluator

from analysis.evaluation.matching import bound_hits, flags, span_matches, word_hits
from detectors.spans import Span

LENGTH = 60


@st.composite
def span_lists(draw):
    """Spans in order and disjoint, now and then touching."""
    bounds = sorted(draw(st.sets(st.integers(0, LENGTH), max_size=16)))
    spans = [Span(start, end) for start, end in pairwise(bounds)]
    return [span for span in spans if draw(st.booleans())]


def nervaluate(found, true):
    """The counts of nervaluate's schemes; its ends belong to the span."""
    documents = (
        [[{"label": "style", "start": span.start, "end": span.end - 1} for span in spans]] for spans in (true, found)
    )
    return Evaluator(*documents, tags=["style"], loader="dict").evaluate()["overall"]


@given(span_lists(), span_lists())
def test_span_matches_are_nervaluates(found, true):
    exact, overlapping = span_matches(found, true)
    theirs = nervaluate(found, true)
    assert exact == theirs["strict"].correct == theirs["exact"].correct
    assert (exact, overlapping) == (theirs["partial"].correct, theirs["partial"].partial)
    # Nervaluate gives a span the nearest partner, which can leave the next one without: ours are the most there can be.
    assert exact + overlapping >= theirs["ent_type"].correct


def test_the_nearest_partner_is_not_always_the_best():
    true, found = [Span(0, 4), Span(5, 9)], [Span(2, 8), Span(8, 9)]
    assert span_matches(found, true) == (0, 2)
    assert nervaluate(found, true)["ent_type"].correct == 1


def test_bounds_and_words_by_hand():
    assert bound_hits([Span(0, 2), Span(5, 9)], [Span(0, 3), Span(5, 9)]) == (3, 4, 4)
    found, true = flags(6, [(0, 2), (3, 6)], [Span(0, 6)]), flags(6, [(0, 2), (3, 6)], [Span(4, 6)])
    assert word_hits(found, true) == (1, 2, 1)


def test_a_word_is_style_when_most_of_it_is():
    assert flags(4, [(0, 4)], [Span(0, 2)]).tolist() == [False]
    assert flags(4, [(0, 4)], [Span(0, 3)]).tolist() == [True]
    assert flags(4, [(0, 4)], [Span(0, 1), Span(2, 4)]).tolist() == [True]
