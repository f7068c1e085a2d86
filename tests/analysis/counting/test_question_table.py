import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.corpus import Corpus, CorpusTrace
from analysis.counting import count_table, count_tables
from analysis.divergence import count_phrases

traces_of_any_kind = st.lists(
    st.builds(CorpusTrace, id=st.sampled_from("pqr"), prompt=st.just(""), thinking=st.text("ab \n.", max_size=20)),
    max_size=8,
)


@given(traces_of_any_kind, st.integers(1, 3))
def test_each_questions_texts_are_counted(traces, longest):
    table = count_table(traces, longest)
    assert list(table.questions) == sorted({trace.question for trace in traces})
    for row, question in enumerate(table.questions):
        texts = [trace.thinking for trace in traces if trace.question == question]
        counts = table.counts[[row]].toarray()[0].tolist()
        assert {t: c for t, c in zip(table.terms, counts, strict=True) if c} == count_phrases(texts, longest)
        assert table.sizes[row] == sum(count_phrases(texts, 1).values())
    assert table.counts.dtype == "int64"


def traces(*texts):
    return [CorpusTrace(str(number), "", text) for number, text in enumerate(texts)]


def test_corpora_have_the_same_terms():
    one, two = count_tables([traces("a b", "a"), traces("b b c")], 2, least_documents=2)
    assert one.terms == two.terms == ("a", "b")
    assert (one.totals().tolist(), two.totals().tolist()) == ([2, 1], [0, 2])
    assert two.sizes.tolist() == [3]
    [most] = count_tables([traces("a b b")], 2, most_terms=1)
    assert most.terms == ("b",)


def test_the_count_by_question_misses_nothing():
    table = count_table(traces(*(f"so word{number}" for number in range(300))), 1, capacity=64, least_documents=9)
    assert (table.terms, table.totals().tolist()) == (("so",), [300])


def test_other_texts_than_the_thinking():
    table = count_table([CorpusTrace("a", "", "so", "3")], text=lambda trace: trace.answer)
    assert table.terms == ("3",)


def named(start, count):
    return [CorpusTrace(f"q{number}", "", "so so") for number in range(start, start + count)]


def test_many_questions_are_grouped_alike():
    many, few = count_tables([named(0, 40), named(0, 1)], 1, most_questions=8)
    assert len(many.questions) <= 8
    assert len(few.questions) == 1
    assert many.totals().tolist() == [80]
    assert many.sizes.sum() == 80


def test_groups_hold_the_questions_of_the_same_corpora():
    one, two = count_tables([named(0, 30), named(20, 30)], 1, most_questions=9)
    shared, other = one.aligned(two)
    assert (shared.sizes.sum(), other.sizes.sum()) == (20, 20)
    apart, too = count_tables([named(0, 30), named(30, 30)], 1, most_questions=9)
    assert apart.aligned(too)[0].questions == ()


def test_questions_are_not_grouped_where_each_counts():
    [table] = count_tables([named(0, 40)], 1, most_questions=None)
    assert len(table.questions) == 40


def test_traces_that_can_be_gone_through_only_once(tmp_path):
    path = tmp_path / "c.jsonl"
    path.write_text(json.dumps({"id": "a", "thinking": "so"}) + "\n")
    with pytest.raises(ValueError, match="twice"):
        count_table(iter(Corpus(path)))
    assert count_table(Corpus(path)).terms == ("so",)
