"""Boundaries of compiled detectors, against a plain reading of the rule."""

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from analysis.corpus import read_corpus
from detectors.tokens.growth import beginnings
from detectors.tokens.lexicon import spelled
from tests.detectors.tokens.conftest import CAUSAL, compiled
from tests.support.plain_watch import MARK, plain_watch

PIECES = (
    "So", "that", "let", "me", "check", "wait", "Wait", "maybe", "hmm", "then", "may", "be", "é", "?", ".", ",",
    " ", " ", " ", "  ", "\n", "\n\n", "\t", "'", "'s", "x", "3", "12", "_1", "<", "</", "</thin", "(", "):",
    "我", "😀",
)  # fmt: skip
TEXT = st.lists(st.sampled_from(PIECES), max_size=16).map("".join)
RULES = st.tuples(st.booleans(), st.booleans())
ANY = settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])


def push_until_decided(watch, tokens):
    for token in tokens:
        settled = watch.settled
        if watch.push(token):
            return
        assert settled <= watch.settled <= watch.pushed
        assert watch.boundary is None


def growing(kind, vocabulary):
    detector = CAUSAL[kind]
    known = spelled(detector) if kind == "lexicon" else detector.familiar
    return beginnings(known, vocabulary.pieces, vocabulary.encode)


@pytest.fixture(params=["smollm2", "gemma", "student"])
def folder(request):
    """Vocabularies without escapes: the plain reading counts bytes."""
    from tessy.miniature import student_path

    return str(student_path() if request.param == "student" else request.getfixturevalue(request.param))


@ANY
@given(TEXT, TEXT, RULES)
@example("", "\t<So", (True, False))
@example("", "Okay \t</So", (True, False))
def test_boundaries_are_those_of_the_rule_read_plainly(kind, vocabulary, scorer, before, text, rule):
    style, own = rule
    tokens = vocabulary.encode(text)
    if MARK in text:
        return
    expected = plain_watch(CAUSAL[kind], vocabulary, growing(kind, vocabulary), before, tokens, style=style, own=own)
    watch = scorer.watch(before, style=style, first_word_is_own=own)
    push_until_decided(watch, tokens)
    assert (watch.pushed, watch.boundary) == expected
    assert watch.boundary is None or watch.settled <= watch.boundary <= watch.pushed


def cut(scorer, vocabulary, text, style, drafts):
    """Return the boundary in a text that is written in drafts of so many tokens, each followed from what is settled."""
    tokens = vocabulary.encode(text)
    start = 0
    while True:
        before = vocabulary.texts([], tokens[:start])[0]
        watch = scorer.watch(before, style=style)
        push_until_decided(watch, tokens[start : start + drafts] if drafts else tokens[start:])
        if watch.boundary is not None:
            return start + watch.boundary
        if not drafts or start + drafts >= len(tokens):
            return None
        start, drafts = start + watch.settled, drafts if watch.settled else drafts + 1


@ANY
@given(TEXT, st.booleans(), st.integers(1, 5))
def test_drafts_that_go_on_from_what_is_settled_end_at_the_same_boundary(kind, vocabulary, scorer, text, style, drafts):
    assert cut(scorer, vocabulary, text, style, drafts) == cut(scorer, vocabulary, text, style, 0)


@ANY
@given(st.lists(st.tuples(TEXT, TEXT, st.sampled_from((True, False, None)), st.booleans()), max_size=5))
def test_many_pushes_at_once_are_as_many_single_ones(kind, vocabulary, scorer, turns):
    def start():
        return [scorer.watch(before, style=style, first_word_is_own=own) for before, _, style, own in turns]

    together, alone = start(), start()
    tokens = [vocabulary.encode(text) for _, text, _, _ in turns]
    for place in range(max(map(len, tokens), default=0)):
        going = [index for index, ids in enumerate(tokens) if place < len(ids)]
        decided = scorer.push_many([together[index] for index in going], [tokens[index][place] for index in going])
        assert decided == [alone[index].push(tokens[index][place]) for index in going]
    for one, other in zip(together, alone, strict=True):
        assert (one.pushed, one.settled, one.boundary, one.ended) == (
            other.pushed, other.settled, other.boundary, other.ended,
        )  # fmt: skip
        assert one.boundary is not None or one.score == pytest.approx(other.score)


def test_real_traces_have_the_boundaries_of_the_rule(shared_data, kind, vocabulary, scorer):
    grown = growing(kind, vocabulary)
    found = 0
    for path in sorted((shared_data / "traces").glob("*.jsonl")):
        text = next(iter(read_corpus(path))).thinking[:700]
        tokens, start, style = vocabulary.encode(text), 0, True
        while start < len(tokens):
            before = vocabulary.texts([], tokens[:start])[0]
            watch = scorer.watch(before, style=style)
            push_until_decided(watch, tokens[start:])
            expected = plain_watch(CAUSAL[kind], vocabulary, grown, before, tokens[start:], style=style)
            assert (watch.pushed, watch.boundary) == expected
            if watch.boundary is None:
                break
            found += 1
            start += max(watch.boundary, 1)
            style = not style
    assert found > 50


def test_a_full_table_begins_anew(monkeypatch, folder, vocabulary):
    tokens = vocabulary.encode("So, let me check. 3 + 4 maybe x\n" * 3)
    fresh = compiled.__wrapped__("lexicon", folder)
    expected = compiled("lexicon", folder).scores(tokens)
    monkeypatch.setattr("detectors.tokens.automaton.LARGEST", 4)
    assert fresh.scores(tokens) == expected
